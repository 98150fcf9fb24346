// Many cases at once: which rows are picked, the bar that acts on them, and the way back.

const BY_KEY = { a: "claim", g: "hand_over", h: "snooze", e: "close" };
const ON_BAR = ["claim", "hand_over", "tag", "snooze", "release", "team", "untag", "close"];
const CHOOSES = { hand_over: "people", tag: "tags", untag: "tags", snooze: "spans", team: "teams", close: "outcomes" };
const STAYS_PICKED = new Set(["claim", "tag", "untag", "team"]);

class Picks {
  constructor(queue, bar) {
    this.queue = queue;
    this.bar = bar;
    this.ids = new Set();
    this.anchor = null;
    this.asked = null;
    this.done = null;
    this.isWorking = false;
    bar.setAttribute("role", "group");
  }

  get texts() {
    return this.queue.data.texts.bulk;
  }

  get offered() {
    return this.queue.data.bulk;
  }

  has(id) {
    return this.ids.has(id);
  }

  toggle(id) {
    if (!this.offered || id === null || id === undefined) return;
    if (!this.ids.delete(id)) this.ids.add(id);
    this.anchor = id;
    this.changed([id]);
  }

  // From the row that was picked last up to this one.
  reach(id) {
    if (!this.offered || id === null || id === undefined) return;
    const { order } = this.queue;
    const [from, to] = [order.indexOf(this.anchor ?? id), order.indexOf(id)].sort((one, other) => one - other);
    const between = order.slice(Math.max(0, from), to + 1);
    for (const one of between) this.ids.add(one);
    this.changed(between);
  }

  clear() {
    const before = [...this.ids];
    this.ids.clear();
    this.anchor = this.asked = null;
    this.changed(before);
  }

  // Other rows stand in the list now: nothing that cannot be seen stays picked.
  keep(order) {
    const there = new Set(order);
    for (const id of [...this.ids]) if (!there.has(id)) this.ids.delete(id);
    if (!there.has(this.anchor)) this.anchor = null;
    this.draw();
  }

  changed(ids) {
    for (const id of ids) this.mark(id);
    if (this.ids.size === 0) this.asked = null;
    this.done = null;
    this.draw();
    this.queue.say(this.ids.size ? this.count() : "");
  }

  mark(id) {
    const node = this.queue.nodes.get(id);
    if (!node) return;
    node.classList.toggle("is-picked", this.has(id));
    node.setAttribute("aria-selected", String(this.has(id)));
  }

  // Whether a key meant the picked rows.
  key(event) {
    if (event.key === "x") this.toggle(this.queue.cursor ?? this.queue.open);
    else if (event.key === "z" && this.done?.bulk) this.undo();
    else if (event.key in BY_KEY && this.ids.size) this.ask(BY_KEY[event.key]);
    else return false;
    return true;
  }

  escape() {
    if (this.asked) {
      this.asked = null;
      this.draw();
      this.queue.parts.list.focus({ preventScroll: true });
    } else if (this.ids.size) this.clear();
  }

  ask(verb) {
    if (!(verb in CHOOSES)) return this.act(verb);
    this.asked = verb;
    this.draw();
    this.bar.querySelector("select")?.focus();
  }

  async act(verb, value = "", note = "", isSure = false) {
    const cases = [...this.ids];
    await this.send("/board/bulk", { verb, cases, value, note, although_off: isSure }, cases);
    if (this.done?.bulk && !STAYS_PICKED.has(verb)) this.ids.clear();
    for (const id of cases) this.mark(id);
    this.draw();
  }

  async undo() {
    const { bulk, cases } = this.done;
    await this.send(`/board/bulk/${bulk}/undo`, {}, cases);
    this.draw();
  }

  async send(path, body, cases) {
    if (this.isWorking) return;
    this.isWorking = true;
    this.asked = null;
    this.draw();
    try {
      const { status, content } = await ask("POST", path, { body });
      this.done = { words: content?.words || this.texts.failed, isBad: status !== 200, bulk: content?.bulk ?? null, cases };
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.done = { words: this.texts.failed, isBad: true, bulk: this.done?.bulk ?? null, cases };
    } finally {
      this.isWorking = false;
    }
    this.queue.say(this.done.words);
    this.queue.polling.now();
    this.queue.parts.list.focus({ preventScroll: true });
    // The case that is open stands beside the list with its own buttons: they are drawn anew.
    if (cases.includes(this.queue.open)) this.queue.trigger("act", { verb: "draw", case: 0 });
  }

  count() {
    const { texts, ids } = this;
    return fill(ids.size === 1 ? texts.selected_one : texts.selected, { n: ids.size });
  }

  draw() {
    const parts = [];
    if (this.isWorking) parts.push(el("span", "", this.texts.working));
    else if (this.asked) parts.push(...this.question());
    else if (this.ids.size) parts.push(...this.offers());
    if (this.done && !this.isWorking) parts.push(this.outcome());
    this.bar.setAttribute("aria-label", this.texts.label);
    this.bar.classList.toggle("hidden", parts.length === 0);
    this.bar.replaceChildren(...parts);
    this.queue.fit();
  }

  offers() {
    const { texts } = this;
    const acts = ON_BAR.filter((verb) => !(verb in CHOOSES) || this.options(verb).length > 0);
    const buttons = acts.map((verb) => button(texts[verb], "quiet", () => this.ask(verb)));
    return [el("strong", "count", this.count()), ...buttons, button(texts.clear, "quiet clear", () => this.clear())];
  }

  options(verb) {
    return this.offered[CHOOSES[verb]];
  }

  question() {
    const { texts, asked } = this;
    const label = el("label", "", texts.choose[asked]);
    const select = el("select");
    for (const [value, words] of this.options(asked)) {
      const option = el("option", "", words);
      option.value = value;
      select.append(option);
    }
    label.append(select);
    const note = el("input");
    note.type = "text";
    note.setAttribute("aria-label", texts.note);
    note.placeholder = texts.note;
    const isHandedOver = asked === "hand_over";
    const off = el("span", "tone-bad");
    off.setAttribute("role", "status");
    let sure = null;
    const act = () => {
      const question = isHandedOver && this.offered.off[select.value];
      if (!question || sure === select.value) return this.act(asked, select.value, isHandedOver ? note.value : "", Boolean(question));
      sure = select.value;
      off.textContent = question;
    };
    // Said of one person: of another one it is asked again.
    select.addEventListener("change", () => {
      sure = null;
      off.textContent = "";
    });
    const enter = (event) => event.key === "Enter" && (event.preventDefault(), act());
    for (const field of [select, note]) field.addEventListener("keydown", enter);
    const fields = isHandedOver ? [label, note, off] : [label];
    return [el("strong", "count", this.count()), ...fields, button(texts.do[asked], "main", act), button(texts.cancel, "quiet", () => this.escape())];
  }

  outcome() {
    const line = el("div", this.done.isBad ? "outcome tone-bad" : "outcome");
    line.append(el("span", "", this.done.words));
    if (this.done.bulk) line.append(button(this.texts.undo, "", () => this.undo()));
    const hide = button("✕", "quiet", () => {
      this.done = null;
      this.draw();
    });
    hide.setAttribute("aria-label", this.texts.dismiss);
    line.append(hide);
    return line;
  }
}
