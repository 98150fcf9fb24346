// What may be abusive stands folded. That somebody opened it is told to the server once, which counts it for that person's own eyes.

function fold(block, sheet, inside) {
  const { unfolded } = sheet;
  const node = el("details", "fold");
  node.open = unfolded.has(block.mention);
  const summary = el("summary", "", sheet.texts.folded);
  summary.dataset.label = `fold-${block.mention}`;
  node.append(summary, ...inside);
  node.addEventListener("toggle", () => {
    if (!node.open) return unfolded.delete(block.mention);
    unfolded.add(block.mention);
    if (block.counts) exposed(block.mention, sheet.exposed);
  });
  return node;
}

async function exposed(mention, told) {
  if (told.has(mention)) return;
  told.add(mention);
  try {
    const { status } = await ask("POST", `/board/exposure/${mention}`, { body: {} });
    if (status === 503) throw new Offline("busy");
  } catch {
    told.delete(mention);
  }
}
