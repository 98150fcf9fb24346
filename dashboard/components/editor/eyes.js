// Four eyes beside Send: whether replies are held, who reads first, what waits for a second person, and what came back.

// Other words for an answer that stands there: they wait, or came back to be worded anew. A new reply can be written meanwhile.
function correctionLine(one, { texts, takeBack }) {
  const again = () => tell("change", { id: one.reply, kind: "correct", text: one.text });
  const act = one.waits ? button(texts.correction_take_back, "", () => takeBack(one.id)) : button(texts.correction_again, "", again);
  return eyesLine(one.waits ? "◔" : "↩", one.words, one.waits ? "main" : "warm", ...(one.may_act ? [act] : []));
}

function eyesLines(eyes, { texts, takeBack }) {
  const lines = [];
  if (eyes.held) lines.push(eyesLine("‖", eyes.held, "warm"));
  if (eyes.waits) lines.push(eyesLine("◔", eyes.waits, "main", button(texts.take_back, "", () => takeBack(eyes.approval))));
  else if (eyes.sent_back) lines.push(eyesLine("↩", eyes.sent_back, "warm"));
  if (eyes.needs && !eyes.waits) lines.push(eyesLine("◉", eyes.needs, "dim"));
  return lines;
}

function eyesLine(glyph, words, tone, ...actions) {
  const line = el("div", `eye eye-${tone}`);
  const sign = el("span", "sign", glyph);
  sign.setAttribute("aria-hidden", "true");
  line.append(sign, el("span", "words", words), ...actions);
  return line;
}
