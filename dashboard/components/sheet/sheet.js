// Reads out blocks of text for the panes: a head, a conversation, a history, a list of mentions.

const SOON_MS = 1000;
const LATE_MS = 15000;

function clock(one, texts) {
  const node = el("span", "clock");
  node.dataset.at = one.at;
  node.dataset.kind = one.kind;
  node.dataset.label = one.label;
  drawClock(node, texts);
  return node;
}

function drawClock(node, texts) {
  const { at, kind, label } = node.dataset;
  const left = Number(at) - serverNow();
  let words = dayAndTime(Number(at), serverNow());
  if (kind === "due") {
    words = fill(left < 0 ? texts.over : texts.left, { span: spanWords(Math.abs(left), texts.units) });
    node.className = `clock ${left < 0 ? "tone-bad" : left < 15 * 60000 ? "tone-warm" : ""}`;
  } else if (kind === "age") words = -left < 45000 ? texts.now : fill(texts.ago, { age: spanWords(-left, texts.units) });
  const whole = label ? `${label} ${words}` : words;
  if (node.textContent !== whole) node.textContent = whole;
}

function time(at, texts) {
  const node = clock({ at, kind: "age", label: "" }, texts);
  node.title = wholeTime(at);
  return node;
}

const wordsOf = (words) => (words || []).map((word) => el("span", "word", word));
const marksOf = (marks) => (marks || []).map((sign) => mark(sign));
const labelsOf = (block, sheet) => [
  ...(block.labels || []).map((label) => labelOf(label, sheet)),
  ...(block.confirm ? [button(block.confirm.words, "quiet confirm", () => sheet.send("confirm", block.confirm.value))] : []),
];

const DRAW = {
  head(block, sheet) {
    const node = el("header", "block head");
    const who = el("h2", "who");
    who.append(el("span", "name", block.name));
    if (block.handle) who.append(" ", el("span", "handle", block.handle));
    const line = el("div", "line");
    line.append(...labelsOf(block, sheet), ...marksOf(block.marks), ...wordsOf(block.words), ...block.clocks.map((one) => clock(one, sheet.texts)));
    if (block.url) line.append(link(block.see, block.url));
    node.append(who, line);
    return node;
  },
  post(block, sheet) {
    const node = el("article", `block post ${block.own ? "own" : block.aside ? "aside" : ""} ${block.deleted ? "deleted" : ""} ${block.private ? "private" : ""}`);
    node.dataset.id = block.id;
    const line = el("div", "line");
    line.append(el("b", "who", block.who), ...marksOf(block.marks), ...wordsOf(block.words), time(block.at, sheet.texts));
    if (block.url) line.append(link(sheet.texts.see, block.url));
    line.append(...changeButtons(block, sheet.texts), ...sheet.actions(block));
    const body = el("div", "body");
    if (block.title && !block.personal) body.append(el("div", "title", block.title));
    if (block.personal) body.append(...personalWords(block), personalAsk(block));
    else if (block.text) body.append(el("div", "text", block.text));
    if (block.media?.length) body.append(pictures(block, sheet));
    node.append(line);
    if (block.folded) node.append(fold(block, sheet, [body]));
    else node.append(body);
    return node;
  },
  entry(block, sheet) {
    const node = el("div", `block entry tone-${block.tone || "calm"}`);
    node.append(el("span", "text", block.text), time(block.at, sheet.texts));
    return node;
  },
  note(block, sheet) {
    const node = el("div", "block note");
    const line = el("div", "line");
    line.append(el("b", "", block.who), time(block.at, sheet.texts), ...sheet.actions(block));
    node.append(line, el("div", "text", block.text));
    return node;
  },
  reason(block) {
    const node = el("div", "block reason");
    node.append(el("span", "", block.words), el("span", "amount", block.amount));
    return node;
  },
  fix(block, sheet) {
    const node = el("div", "block fix");
    node.append(el("div", "title", block.cause), el("div", "text", block.fix));
    if (block.evidence) node.append(el("div", "meta", block.evidence));
    const line = el("div", "line");
    line.append(el("span", "meta", block.meta), ...sheet.actions(block));
    node.append(line);
    return node;
  },
  earlier(block, sheet) {
    const node = el("div", "block earlier");
    const line = el("div", "line");
    line.append(el("b", "", block.title), time(block.at, sheet.texts), ...sheet.actions(block));
    node.append(line, el("div", "text clamp", block.text));
    if (block.fix) node.append(el("div", "meta", block.fix));
    return node;
  },
  row(block, sheet) {
    const node = el("div", "block item");
    const line = el("div", "line");
    line.append(el("b", "who", block.who), el("span", "word", block.source), ...marksOf(block.marks), ...wordsOf(block.words), time(block.at, sheet.texts));
    if (block.url) line.append(link(sheet.texts.see, block.url));
    line.append(...sheet.actions(block));
    const labels = el("div", "line labels");
    labels.append(...labelsOf(block, sheet));
    const body = [el("div", block.folded ? "text" : "text clamp", block.text)];
    if (block.media?.length) body.push(pictures(block, sheet));
    node.append(line, labels, ...(block.folded ? [fold(block, sheet, body)] : body));
    return node;
  },
  attached(block, sheet) {
    const node = el("div", "block");
    node.append(pictures(block, sheet));
    return node;
  },
  section(block, sheet) {
    const node = el("details", "block section");
    node.open = sheet.isOpen(block);
    node.addEventListener("toggle", () => sheet.opened.set(block.title, node.open));
    const title = el("summary", "", block.title);
    if (block.count) title.append(" ", el("span", "count", block.count));
    node.append(title, ...block.blocks.map((inner) => sheet.draw(inner)));
    return node;
  },
  empty: (block) => el("p", "block none", block.words),
};

class Sheet {
  constructor({ parentElement, data }) {
    this.root = el("div", "root");
    this.scroll = el("div", "sheet");
    this.root.append(this.scroll);
    parentElement.append(this.root);
    this.opened = new Map();
    this.pictures = new Map();
    this.unfolded = new Set();
    this.exposed = new Set();
    this.data = data;
    this.onThread = ({ detail }) => this.live(detail);
    this.onNewest = () => this.toEnd();
    document.addEventListener("careline:thread", this.onThread);
    document.addEventListener("careline:newest", this.onNewest);
    this.isAtEnd = true;
    this.scroll.addEventListener("scroll", () => (this.isAtEnd = this.isNearEnd()));
    this.watcher = new ResizeObserver(() => this.isAtEnd && this.toEnd());
    this.watcher.observe(this.scroll);
    this.ticking = setInterval(() => this.tick(), 1000);
  }

  isNearEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 40;
  }

  get texts() {
    return this.data.texts;
  }

  stop() {
    document.removeEventListener("careline:thread", this.onThread);
    document.removeEventListener("careline:newest", this.onNewest);
    this.watcher.disconnect();
    clearInterval(this.ticking);
    this.undo?.hide();
    this.asking?.stop();
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    this.data = data;
    this.root.className = `root kind-${data.kind}`;
    if (data.label) {
      this.scroll.setAttribute("role", "region");
      this.scroll.setAttribute("aria-label", data.label);
      this.scroll.tabIndex = 0;
    }
    if (data.me) drawnFor.person = data.me;
    this.redraw(data.blocks);
    if (data.undo) (this.undo ??= new UndoBar(this)).show(data.undo);
    this.follow(data.blocks.find((block) => block.ask)?.ask);
  }

  // A section that another process works out: asked for once, then looked at until it is there.
  follow(path) {
    if (path === this.asked) return;
    this.asking?.stop();
    this.asked = path;
    if (!path) return;
    let method = "POST";
    const look = async () => {
      const { status, content } = await ask(method, path);
      if (path !== this.asked) return;
      if (status === 503) throw new Offline("busy");
      if (status !== 200) return this.asking.stop();
      method = "GET";
      this.replace(path, content.block);
      if (!content.waits) this.follow(undefined);
    };
    this.asking = polling(look, { every: () => SOON_MS, longest: LATE_MS });
  }

  replace(path, block) {
    const blocks = this.data.blocks.flatMap((one) => (one.ask === path ? (block ? [block] : []) : [one]));
    this.data = { ...this.data, blocks };
    this.redraw(blocks);
  }

  live({ case: id, blocks }) {
    if (this.data.live === id) this.redraw(blocks);
  }

  redraw(blocks) {
    const drawn = JSON.stringify(blocks);
    if (drawn === this.drawn) return;
    if (this.shownCase !== this.data.live) this.isAtEnd = true;
    this.shownCase = this.data.live;
    const { isAtEnd } = this;
    const focused = this.root.getRootNode().activeElement?.dataset.label;
    this.drawn = drawn;
    this.scroll.replaceChildren(...blocks.map((block) => this.draw(block)));
    if (focused) this.scroll.querySelector(`[data-label="${focused}"]`)?.focus();
    if (isAtEnd) this.toEnd();
  }

  draw(block) {
    return DRAW[block.type](block, this);
  }

  actions(block) {
    const found = block.actions || [];
    return found.map((action) => button(action.words, "quiet", () => this.send(action.verb, action.value)));
  }

  send(verb, value) {
    this.trigger("act", { verb, value, seq: Date.now() });
  }

  isOpen(block) {
    return this.opened.has(block.title) ? this.opened.get(block.title) : Boolean(block.open);
  }

  toEnd() {
    if (!this.data.live) return;
    this.isAtEnd = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  tick() {
    for (const node of this.scroll.querySelectorAll(".clock")) drawClock(node, this.texts);
  }
}

export default mounted((component) => new Sheet(component));
