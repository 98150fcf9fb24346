// The parts of the list and its rows; what a customer wrote becomes text nodes.

const SOON_MS = 15 * 60 * 1000;

function frame() {
  const parts = {
    root: el("div", "root"),
    counters: el("ul", "counters"),
    notice: el("div", "notice hidden"),
    bulk: el("div", "bulk hidden"),
    fresh: el("button", "fresh hidden"),
    folds: el("div", "folds hidden"),
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
  parts.folds.setAttribute("role", "group");
  const { root, counters, notice, bulk, fresh, folds, list, empty, more, keys, said } = parts;
  root.append(counters, notice, bulk, folds, fresh, list, empty, more, keys, said);
  return parts;
}

function rowNode(row) {
  const node = el("div", "row");
  node.id = `case-${row.id}`;
  node.setAttribute("role", "option");
  return node;
}

function drawRow(node, row, { texts, me, isGone }) {
  const pick = el("span", "pick");
  pick.setAttribute("aria-hidden", "true");
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
  node.replaceChildren(pick, top, preview, bottom);
  node.dataset.urgency = row.urgency.glyph;
}

function people(row, { texts, me, isGone }) {
  const found = [];
  for (const hold of row.holds.filter(({ person }) => person !== me)) found.push(atIt(hold));
  if (row.assignee_id === me && me !== null) found.push(el("span", "who yours", texts.yours));
  else if (row.assignee_id !== null && row.is_over) found.push(el("span", "who", row.assignee));
  else if (row.assignee_id !== null) found.push(el("span", "who theirs", fill(texts.theirs, { person: row.assignee })));
  if (isGone) found.push(el("span", "who gone", texts.gone));
  return found;
}

// A glyph and initials: there is little room. The words stand in the title, and are read out.
function atIt(hold) {
  const node = el("span", `who at ${hold.kind}`);
  const sign = el("span", "", `${hold.glyph} ${hold.initials}`);
  sign.setAttribute("aria-hidden", "true");
  node.title = hold.words;
  node.append(sign, el("span", "said", hold.words));
  return node;
}

function keysHelp(texts) {
  const help = el("details", "help");
  help.append(el("summary", "", texts.keys_help));
  const list = el("dl");
  for (const [key, words] of Object.entries(texts.keys)) list.append(el("dt", "", key), el("dd", "", words));
  help.append(list);
  return help;
}

// The search stands outside this component, above the list.
function search(key) {
  const field = document.querySelector(`.st-key-${key} input`);
  field?.focus();
  field?.select();
}

function dueWords(due, texts) {
  const left = due - serverNow();
  const words = fill(left < 0 ? texts.over : texts.left, { span: spanWords(Math.abs(left), texts.units) });
  return [words, left < 0 ? "bad" : left < SOON_MS ? "warm" : "dim"];
}
