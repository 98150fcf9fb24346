// Four eyes beside Send: whether replies are held, who reads first, what waits for a second person, and what came back.

function eyesLines(eyes, { texts, takeBack }) {
  const lines = [];
  if (eyes.held) lines.push(eyesLine("‖", eyes.held, "warm"));
  if (eyes.waits) lines.push(eyesLine("◔", eyes.waits, "main", button(texts.take_back, "", takeBack)));
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
