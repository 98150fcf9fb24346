// The parts of the list and its rows; what a customer wrote becomes text nodes.

const SOON_MS = 15 * 60 * 1000;

function frame() {
  const parts = {
    root: el("div", "root"),
    counters: el("ul", "counters"),
    notice: el("div", "notice hidden"),
    fresh: el("button", "fresh hidden"),
    list: el("div", "list"),
    empty: el("div", "empty hidden"),
    more: el("button", "more quiet hidden"),
    keys: el("div", "keys"),
    said: el("div", "said"),
  };
  parts.list.setAttribute("role", "listbox");
  parts.list.tabIndex = 0;
  parts.said.setAttribute("aria-live", "polite");
  parts.notice.setAttribute("role", "status");
  const { root, counters, notice, fresh, list, empty, more, keys, said } = parts;
  root.append(counters, notice, fresh, list, empty, more, keys, said);
  return parts;
}

function rowNode(row) {
  const node = el("div", "row");
  node.id = `case-${row.id}`;
  node.setAttribute("role", "option");
  return node;
}

function drawRow(node, row, { texts, me, isGone }) {
  const top = el("div", "line top");
  top.append(mark(row.urgency, "urgency"), el("span", "author", row.author), el("span", "source", row.source));
  const due = el("span", "due");
  due.dataset.due = row.due ?? "";
  top.append(due);
  const preview = el("div", row.folded ? "preview folded" : "preview", row.folded ? texts.folded : row.preview);
  const bottom = el("div", "line bottom");
  bottom.append(mark(row.sentiment, "sentiment"));
  for (const word of row.words) bottom.append(el("span", "word", word));
  if (row.reply) bottom.append(mark(row.reply, "word"));
  const there = el("span", "people");
  there.append(...people(row, { texts, me, isGone }));
  bottom.append(there);
  node.replaceChildren(top, preview, bottom);
  node.dataset.urgency = row.urgency.glyph;
}

function people(row, { texts, me, isGone }) {
  const found = [];
  const others = row.holds.filter((hold) => hold.person !== me && hold.kind !== "away");
  for (const hold of others) found.push(el("span", `who ${hold.kind}`, hold.words));
  if (row.assignee_id === me && me !== null) found.push(el("span", "who yours", texts.yours));
  else if (row.assignee_id !== null && row.is_over) found.push(el("span", "who", row.assignee));
  else if (row.assignee_id !== null) found.push(el("span", "who theirs", fill(texts.theirs, { person: row.assignee })));
  if (isGone) found.push(el("span", "who gone", texts.gone));
  return found;
}

function dueWords(due, texts) {
  const left = due - serverNow();
  const words = fill(left < 0 ? texts.over : texts.left, { span: spanWords(Math.abs(left), texts.units) });
  return [words, left < 0 ? "bad" : left < SOON_MS ? "warm" : "dim"];
}
