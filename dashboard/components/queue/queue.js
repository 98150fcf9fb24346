// The list of cases: follows the workspace each second, keeps its rows where they are, and is worked by keys.

const EVERY_MS = 1000;
const LONGEST_MS = 15000;
const RESEND_MS = 2000;
const KEYS_OFF = "careline:keys";
const VERBS = { a: "claim", e: "close", h: "snooze", g: "hand_over", n: "next" };
const SIGNALS = { w: "write", z: "undo" };
const COUNTERS = ["waiting", "breached", "due_soon", "unclaimed", "mine", "team", "flagged", "escalated", "shield", "uncertain", "by_hand", "to_approve"];
const ALARMS = { breached: "tone-bad", due_soon: "tone-warm", uncertain: "tone-warm", by_hand: "tone-warm", to_approve: "tone-warm" };

class Queue {
  constructor(component) {
    this.parts = frame();
    this.picks = new Picks(this, this.parts.bulk);
    this.folds = new Folds(this.parts.folds, (incident) => this.trigger("act", { verb: "incident", case: incident }));
    this.rows = new Map();
    this.nodes = new Map();
    this.gone = new Set();
    this.order = [];
    this.latest = [];
    this.isLoaded = false;
    this.cursor = null;
    this.open = null;
    this.seq = 0;
    this.limit = 50;
    this.onKey = (event) => this.key(event);
    this.onClick = (event) => event.composedPath().includes(this.parts.keys) || this.closeHelp();
    component.parentElement.append(this.parts.root);
    this.wire();
  }

  wire() {
    const { list, fresh, more } = this.parts;
    list.addEventListener("click", (event) => this.click(event));
    list.addEventListener("keydown", (event) => this.move(event));
    list.addEventListener("focus", () => this.point(this.cursor ?? this.open ?? this.order[0]));
    fresh.type = more.type = "button";
    fresh.addEventListener("click", () => this.rearrange());
    more.addEventListener("click", () => this.showMore());
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("click", this.onClick);
    this.onOnline = () => this.polling?.now();
    document.addEventListener("careline:online", this.onOnline);
    this.onResize = () => this.fit();
    window.addEventListener("resize", this.onResize);
    this.watcher = new ResizeObserver(this.onResize);
    for (const part of [this.parts.counters, this.parts.notice, this.parts.bulk, this.parts.folds, fresh, more, this.parts.keys]) this.watcher.observe(part);
    this.ticking = setInterval(() => this.tick(), 1000);
  }

  stop() {
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("click", this.onClick);
    document.removeEventListener("careline:online", this.onOnline);
    window.removeEventListener("resize", this.onResize);
    this.watcher.disconnect();
    clearInterval(this.ticking);
    this.polling.stop();
  }

  update({ data, setTriggerValue }) {
    this.send = setTriggerValue;
    const isOther = this.data && this.data.query !== data.query;
    this.data = data;
    drawnFor.person = data.me;
    this.parts.list.setAttribute("aria-label", data.texts.label);
    this.parts.list.setAttribute("aria-multiselectable", String(Boolean(data.bulk)));
    this.parts.root.classList.toggle("picks", Boolean(data.bulk));
    if (data.seq >= this.seq) this.setOpen(data.open);
    if (data.seq >= this.seq) clearTimeout(this.resending);
    this.drawKeys();
    if (!this.polling) this.begin();
    else if (isOther) this.restart();
    else this.polling.now();
  }

  begin() {
    this.skeleton();
    this.polling = polling(() => this.look(), { every: () => EVERY_MS, longest: LONGEST_MS });
  }

  restart() {
    this.etag = undefined;
    this.isLoaded = false;
    this.limit = 50;
    this.cursor = null;
    this.picks.clear();
    this.polling.now();
  }

  skeleton() {
    this.parts.list.setAttribute("aria-busy", "true");
    this.parts.list.replaceChildren(...Array.from({ length: 6 }, () => el("div", "bone")));
    this.fit();
  }

  async look() {
    const { query } = this.data;
    let answer;
    try {
      answer = await ask("GET", `/board/queue?${query}&limit=${this.limit}`, { etag: this.etag });
    } catch (error) {
      this.offline();
      throw error;
    }
    if (query !== this.data.query) return;
    if (answer.status === 401) return this.signedOut();
    if (answer.status !== 200 && answer.status !== 304) throw new Offline(String(answer.status));
    this.notice("");
    if (answer.status === 304) return;
    this.etag = answer.etag;
    this.take(answer.content);
  }

  take({ rows, counts, next_due: nextDue, more, folds }) {
    this.latest = rows;
    this.counts = counts;
    this.nextDue = nextDue;
    this.hasMore = more;
    this.folds.draw(folds ?? [], this.data.texts);
    if (!this.isLoaded || this.order.length === 0) this.rearrange();
    else this.refresh();
    this.drawCounters();
  }

  // What is on screen keeps its place; rows that came wait behind a button, rows that went stay grey until then.
  refresh() {
    const latest = new Map(this.latest.map((row) => [row.id, row]));
    for (const id of this.order) this.keep(id, latest.get(id));
    this.append();
    const fresh = this.latest.filter((row) => !this.nodes.has(row.id)).length;
    const { texts } = this.data;
    this.parts.fresh.textContent = fill(fresh === 1 ? texts.one_new : texts.some_new, { n: fresh });
    this.parts.fresh.classList.toggle("hidden", fresh === 0);
    if (fresh > 0 && fresh !== this.told) this.say(this.parts.fresh.textContent);
    this.told = fresh;
    this.tick();
  }

  // What comes behind the last row that is shown disturbs nobody.
  append() {
    const last = this.latest.findLastIndex((row) => this.nodes.has(row.id));
    for (const row of last < 0 ? [] : this.latest.slice(last + 1)) {
      const node = rowNode(row);
      this.order.push(row.id);
      this.rows.set(row.id, row);
      this.nodes.set(row.id, node);
      this.draw(node, row, false);
      this.parts.list.append(node);
    }
  }

  keep(id, row) {
    const before = this.rows.get(id);
    const isGone = !row;
    const now = row ?? before;
    const node = this.nodes.get(id);
    const isChanged = isGone !== this.gone.has(id) || JSON.stringify(now) !== JSON.stringify(before);
    if (!isChanged) return;
    if (now.assignee && now.assignee_id !== before.assignee_id && now.assignee_id !== this.data.me) {
      this.say(fill(this.data.texts.taken, { person: now.assignee, author: now.author }));
    }
    this.rows.set(id, now);
    this.draw(node, now, isGone);
  }

  rearrange() {
    this.isLoaded = true;
    this.told = 0;
    this.gone.clear();
    this.parts.fresh.classList.add("hidden");
    this.order = this.latest.map((row) => row.id);
    this.rows = new Map(this.latest.map((row) => [row.id, row]));
    const nodes = new Map();
    for (const row of this.latest) {
      const node = this.nodes.get(row.id) ?? rowNode(row);
      this.draw(node, row, false);
      nodes.set(row.id, node);
    }
    this.nodes = nodes;
    this.parts.list.removeAttribute("aria-busy");
    this.parts.list.replaceChildren(...nodes.values());
    if (this.cursor !== null && !nodes.has(this.cursor)) this.cursor = null;
    this.picks.keep(this.order);
    this.drawEmpty();
    this.point(this.cursor);
    this.tick();
    this.fit();
  }

  draw(node, row, isGone) {
    const { texts, me, open, owner } = this.data;
    const known = isGone && row.id === open && owner ? { ...row, assignee_id: owner.id, assignee: owner.name } : row;
    drawRow(node, known, { texts, me, isGone });
    const isTheirs = known.assignee_id !== null && known.assignee_id !== me && !known.is_over;
    this.gone[isGone ? "add" : "delete"](row.id);
    node.classList.toggle("is-gone", isGone && known.assignee_id !== me);
    node.classList.toggle("is-theirs", isTheirs);
    this.mark(row.id, row.id === this.open, node);
    node.classList.toggle("is-picked", this.picks.has(row.id));
    node.setAttribute("aria-selected", String(this.picks.has(row.id)));
  }

  drawEmpty() {
    const { empty, list, more } = this.parts;
    const isEmpty = this.order.length === 0;
    const { texts, is_filtered: isFiltered } = this.data;
    list.classList.toggle("hidden", isEmpty);
    empty.classList.toggle("hidden", !isEmpty);
    more.classList.toggle("hidden", !this.hasMore || isEmpty);
    more.textContent = texts.more;
    if (!isEmpty) return;
    const next = this.nextDue ? fill(texts.next_due, { time: dayAndTime(this.nextDue, serverNow()) }) : texts.none_due;
    const clear = button(texts.clear, "", () => this.send("act", { verb: "clear", case: 0, seq: this.next() }));
    const lines = isFiltered ? [el("strong", "", texts.none_found), clear] : [el("strong", "", texts[`empty_${this.data.view}`]), el("span", "", next)];
    empty.replaceChildren(...lines);
  }

  drawCounters() {
    const { texts } = this.data;
    const shown = COUNTERS.filter((name) => this.counts[name] > 0 || name === "waiting");
    const items = shown.map((name) => {
      const item = el("li", this.counts[name] > 0 ? ALARMS[name] || "" : "");
      item.append(el("b", "", this.counts[name]), ` ${texts.counter[name]}`);
      return item;
    });
    this.parts.counters.replaceChildren(...items);
  }

  drawKeys() {
    const { texts } = this.data;
    const isOn = this.hasKeys();
    const toggle = button(isOn ? texts.keys_on : texts.keys_off, "quiet", () => {
      localStorage.setItem(KEYS_OFF, isOn ? "off" : "on");
      this.drawKeys();
    });
    toggle.setAttribute("aria-pressed", String(isOn));
    toggle.classList.add("toggle");
    this.parts.keys.replaceChildren(toggle, keysHelp(texts));
  }

  tick() {
    this.folds.tick();
    for (const due of this.parts.list.querySelectorAll(".due")) {
      const [words, tone] = due.dataset.due ? dueWords(Number(due.dataset.due), this.data.texts) : ["", "dim"];
      if (due.textContent !== words) due.textContent = words;
      if (due.dataset.tone !== tone) due.dataset.tone = tone;
    }
  }

  fit() {
    const { list, root } = this.parts;
    const isNarrow = window.innerWidth < 760;
    const below = this.parts.keys.offsetHeight + this.parts.more.offsetHeight + 16;
    const room = window.innerHeight - list.getBoundingClientRect().top - below;
    root.classList.toggle("narrow", isNarrow);
    list.style.height = isNarrow ? "" : `${Math.max(240, Math.floor(room))}px`;
  }

  escape(event) {
    this.closeHelp();
    const isOurs = event.composedPath().includes(this.parts.root);
    if (isOurs || (!isTyping(event) && !hasDialog())) this.picks.escape();
  }

  closeHelp() {
    this.parts.keys.querySelector("details")?.removeAttribute("open");
  }

  hasKeys() {
    return localStorage.getItem(KEYS_OFF) !== "off";
  }

  click(event) {
    const node = event.target.closest(".row");
    if (!node) return;
    const id = Number(node.id.replace("case-", ""));
    this.point(id);
    if (event.shiftKey) this.picks.reach(id);
    else if (event.target.closest(".pick") || event.ctrlKey || event.metaKey) this.picks.toggle(id);
    else this.choose(id);
  }

  move(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
    if (event.key in steps) {
      if (event.shiftKey) this.picks.reach(this.cursor);
      this.step(steps[event.key]);
      if (event.shiftKey) this.picks.reach(this.cursor);
    }
    else if (event.key === "Enter" || event.key === " ") this.choose(this.cursor);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape") return this.escape(event);
    if (!this.hasKeys() || isTyping(event) || hasDialog()) return;
    if (this.picks.key(event)) return event.preventDefault();
    if (event.key === "/") search(this.data.search);
    else if (event.key === "j" || event.key === "k") this.step(event.key === "j" ? 1 : -1, true);
    else if (event.key === ".") this.rearrange();
    else if (event.key in SIGNALS) tell(SIGNALS[event.key]);
    else if (event.key === "?") this.trigger("act", { verb: "help", case: 0 });
    else if (event.key in VERBS) this.act(VERBS[event.key]);
    else return;
    event.preventDefault();
  }

  step(by, takesFocus) {
    if (this.order.length === 0) return;
    const at = this.order.indexOf(this.cursor ?? this.open);
    const to = at < 0 ? (by > 0 ? 0 : this.order.length - 1) : Math.min(this.order.length - 1, Math.max(0, at + by));
    this.point(this.order[at < 0 && Number.isFinite(by) ? (by > 0 ? 0 : to) : to]);
    if (takesFocus) this.parts.list.focus({ preventScroll: true });
  }

  point(id) {
    if (this.cursor !== null) this.nodes.get(this.cursor)?.classList.remove("is-cursor");
    this.cursor = id ?? null;
    const node = this.nodes.get(this.cursor);
    if (!node) return this.parts.list.removeAttribute("aria-activedescendant");
    node.classList.add("is-cursor");
    node.scrollIntoView({ block: "nearest" });
    this.parts.list.setAttribute("aria-activedescendant", node.id);
  }

  setOpen(id) {
    if (id === this.open) return;
    this.mark(this.open, false);
    this.open = id;
    this.mark(id, true);
    if (id !== null && !this.nodes.has(id) && this.latest.some((row) => row.id === id)) this.rearrange();
    if (id !== null && this.nodes.has(id)) this.point(id);
  }

  mark(id, isOpen, node = this.nodes.get(id)) {
    if (!node) return;
    node.classList.toggle("is-open", isOpen);
    node.setAttribute("aria-current", String(isOpen));
  }

  choose(id) {
    if (id === null || id === undefined) return;
    this.setOpen(id);
    this.trigger("open", { case: id });
  }

  act(verb) {
    if (!this.data.may_care) return;
    const id = this.cursor ?? this.open;
    if (verb !== "next" && (id === null || id === undefined)) return;
    this.trigger("act", { verb, case: id ?? 0 });
  }

  // A trigger sent while Streamlit is mounting may be dropped: it is sent once more unless its number comes back.
  trigger(name, value) {
    const numbered = { ...value, seq: this.next() };
    this.send(name, numbered);
    clearTimeout(this.resending);
    this.resending = setTimeout(() => this.data.seq < numbered.seq && this.send(name, numbered), RESEND_MS);
  }

  next() {
    this.seq = Math.max(this.seq + 1, Date.now());
    return this.seq;
  }

  showMore() {
    this.limit += 50;
    this.etag = undefined;
    this.isLoaded = false;
    this.polling.now();
  }

  offline() {
    this.since = this.since ?? Date.now();
    this.notice(fill(this.data.texts.offline, { time: clockTime(this.since) }), "tone-bad");
  }

  signedOut() {
    const { texts } = this.data;
    this.notice(texts.signed_out, "tone-bad", button(texts.sign_in, "", () => location.reload()));
  }

  notice(words, tone, ...actions) {
    const { notice } = this.parts;
    if (!words) this.since = undefined;
    if (notice.dataset.words === words) return;
    notice.dataset.words = words;
    notice.className = words ? `notice ${tone}` : "notice hidden";
    notice.replaceChildren(el("span", "", words), ...actions);
  }

  say(words) {
    this.parts.said.textContent = words;
  }
}

export default mounted((component) => new Queue(component));
