// What a customer should not have written in public: underlined, with a word for what it is, and one click to ask them to delete it.

function personalWords({ personal }) {
  const drawn = { title: personal.title, text: personal.parts };
  return Object.keys(drawn).filter((name) => drawn[name].length).map((name) => personalParts(name, drawn[name]));
}

function personalParts(name, parts) {
  const node = el("div", name);
  for (const [words, kind] of parts) {
    if (!kind) {
      node.append(words);
      continue;
    }
    const found = el("span", "personal", words);
    const sign = el("span", "kind", ` ⚑ ${kind}`);
    node.append(found, sign);
  }
  return node;
}

function personalAsk(block) {
  const row = el("div", "line personal-ask");
  row.append(el("span", "tone-warm", block.personal.why), button(block.personal.ask, "quiet", () => tell("insert", { purpose: "delete" })));
  return row;
}

// What may be done with an answer of ours that stands there: asked about in the editor below.
function changeButtons(block, texts) {
  return (block.change?.can ?? []).map((kind) =>
    button(texts.change[kind], "quiet", () => tell("change", { id: block.change.id, kind, text: block.change.text })),
  );
}
