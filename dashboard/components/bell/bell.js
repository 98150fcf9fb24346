// News for whoever sits here: a bell with a count, and the list behind it. What colleagues and customers wrote becomes text nodes.

const EVERY_MS = 3000;
const HIDDEN_MS = 15000;
const LONGEST_MS = 30000;
const MOST = 99;
const SIGNS = { mentioned: "@", wrote_again: "↩", handed_over: "→", promise_due: "◷", breach_near: "◔", approval_asked: "◑", approval_decided: "◕", recalled: "⊘", escalated: "⚑", incident: "▲" };
const SVG = "http://www.w3.org/2000/svg";
const SHAPE = "M8 1.5a4.2 4.2 0 0 0-4.2 4.2c0 3.6-1.3 4.6-1.3 5.3h11c0-.7-1.3-1.7-1.3-5.3A4.2 4.2 0 0 0 8 1.5ZM6.3 12.5a1.8 1.8 0 0 0 3.4 0Z";

function picture() {
  const drawn = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  drawn.setAttribute("viewBox", "0 0 16 16");
  drawn.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHAPE);
  drawn.append(path);
  return drawn;
}

class Bell {
  constructor(component) {
    this.root = el("div", "root");
    this.count = el("span", "count hidden");
    this.count.setAttribute("aria-hidden", "true");
    this.button = button("", "bell", () => this.toggle());
    this.button.append(picture(), this.count);
    this.button.setAttribute("aria-expanded", "false");
    this.panel = el("div", "panel hidden");
    this.panel.setAttribute("role", "region");
    this.said = el("div", "said");
    this.said.setAttribute("aria-live", "polite");
    this.root.append(this.button, this.panel, this.said);
    component.parentElement.append(this.root);
    this.news = { n: 0, items: [] };
    this.desktop = new Desktop(this);
    this.onKey = (event) => event.key === "Escape" && this.close(true);
    this.onClick = (event) => event.composedPath().includes(this.root) || this.close();
    this.root.addEventListener("keydown", this.onKey);
    document.addEventListener("click", this.onClick);
  }

  update({ data, setTriggerValue }) {
    this.send = setTriggerValue;
    this.texts = data.texts;
    drawnFor.person = data.me;
    this.panel.setAttribute("aria-label", data.texts.title);
    this.draw();
    if (!this.polling) {
      const isAwake = () => this.desktop.speaks;
      this.polling = polling(() => this.look(), { every: () => (document.hidden ? HIDDEN_MS : EVERY_MS), longest: LONGEST_MS, isAwake });
    }
    this.desktop.begin(data.space, data.me);
  }

  stop() {
    document.removeEventListener("click", this.onClick);
    this.desktop.stop();
    this.polling?.stop();
  }

  async look() {
    const { status, content, etag } = await ask("GET", "/board/notices", { etag: this.etag });
    if (status === 304 || status === 401) return;
    if (status !== 200) throw new Offline(String(status));
    const isMore = this.etag !== undefined && content.n > this.news.n;
    this.etag = etag;
    this.news = content;
    this.draw();
    this.desktop.hear(content.items);
    if (isMore) this.said.textContent = content.items[0].words;
  }

  draw() {
    const { texts, news } = this;
    this.count.textContent = news.n > MOST ? texts.more : String(news.n);
    this.count.classList.toggle("hidden", news.n === 0);
    this.button.classList.toggle("has-news", news.n > 0);
    const words = news.n === 0 ? texts.none : news.n === 1 ? texts.one : fill(texts.some, { n: news.n });
    this.button.setAttribute("aria-label", words);
    this.button.title = words;
    if (!this.isOpen) return;
    const focused = this.root.getRootNode().activeElement?.dataset.id;
    const seen = button(texts.all_seen, "quiet", () => this.see({ case: 0, up_to: news.items[0].id }));
    const list = el("ul", "list");
    list.append(...news.items.map((item) => this.row(item)));
    this.problem = el("p", "problem hidden", texts.failed);
    this.panel.replaceChildren(el("h2", "", texts.title), ...(news.n ? [list, seen] : [el("p", "none", texts.empty)]), this.problem, this.desktop.drawn());
    if (focused) (this.panel.querySelector(`[data-id="${focused}"]`) ?? this.panel.querySelector("button"))?.focus();
  }

  row(item) {
    const { texts } = this;
    const opened = button("", `item kind-${item.kind}`, () => this.open(item));
    opened.dataset.id = item.id;
    const sign = el("span", "sign", SIGNS[item.kind] ?? "•");
    sign.setAttribute("aria-hidden", "true");
    const line = el("span", "line");
    line.append(el("b", "", item.words), el("span", "at", dayAndTime(item.at, serverNow())));
    const body = el("span", "body");
    body.append(line);
    if (item.text) body.append(el("span", "text", item.text));
    if (item.case) body.append(el("span", "case", fill(texts.open, { case: item.case })));
    opened.append(sign, body);
    const row = el("li");
    row.append(opened);
    return row;
  }

  toggle() {
    if (this.isOpen) return this.close();
    this.isOpen = true;
    this.button.setAttribute("aria-expanded", "true");
    this.panel.classList.remove("hidden");
    this.draw();
    this.panel.querySelector("button")?.focus();
    this.polling.now();
  }

  close(takesFocus) {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.button.setAttribute("aria-expanded", "false");
    this.panel.classList.add("hidden");
    if (takesFocus) this.button.focus();
  }

  open(item) {
    this.see(item.case ? { case: item.case, up_to: item.id } : { case: 0, up_to: item.id });
    this.close();
    const place = { incident: 0, budget: -1 }[item.kind];
    if (item.case || place !== undefined) this.send("open", { case: item.case || place, seq: Date.now() });
  }

  async see(body) {
    try {
      const { status } = await ask("POST", "/board/notices/seen", { body });
      this.problem?.classList.toggle("hidden", status < 400);
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.problem?.classList.remove("hidden");
    }
    this.polling.now();
  }
}

export default mounted((component) => new Bell(component));
