// Notifications on the desktop of whoever switched them on in this browser. They say of what kind the news is and which case it leads to:
// a desktop is seen by others too, so nothing that a customer or a colleague wrote is on it.

const SEPARATELY = 3;

// One of several tabs speaks: it holds the lock, and the browser gives it to the next one when that tab is gone. The others ring it.
class Desktop {
  constructor(bell) {
    this.bell = bell;
    this.shown = new Map();
    this.onKept = ({ key }) => key === this.name && this.settle();
    window.addEventListener("storage", this.onKept);
  }

  // Whose news: neither another person at this browser nor another workspace at this address hears of it.
  begin(space, person) {
    const name = `careline:desktop:${space}:${person}`;
    if (name === this.name) return;
    this.leave();
    this.name = name;
    this.settle();
  }

  stop() {
    window.removeEventListener("storage", this.onKept);
    this.leave();
  }

  get kept() {
    try {
      return JSON.parse(localStorage.getItem(this.name)) ?? {};
    } catch {
      return {};
    }
  }

  keep(values) {
    try {
      localStorage.setItem(this.name, JSON.stringify({ ...this.kept, ...values }));
    } catch {
      this.isMissing = true;
    }
  }

  get state() {
    if (this.isMissing || !window.isSecureContext || !window.Notification || !navigator.locks) return "missing";
    if (Notification.permission === "denied") return "refused";
    return this.kept.on && Notification.permission === "granted" ? "on" : this.isUndecided ? "undecided" : "off";
  }

  async switchOn() {
    const permission = await Notification.requestPermission();
    this.isUndecided = permission === "default";
    if (permission === "granted") {
      this.keep({ on: true, told: newestOf(this.bell.news.items) });
      this.show(this.bell.texts.desktop.first, { body: this.bell.texts.desktop.first_body });
    }
    this.settle();
  }

  switchOff() {
    this.keep({ on: false });
    this.settle();
  }

  settle() {
    this.follow();
    this.bell.draw();
  }

  // The browser's settings may have changed meanwhile, without a word to the page.
  follow() {
    if (this.state === "on") this.wait();
    else this.leave();
  }

  wait() {
    if (this.turn) return;
    const turn = (this.turn = new AbortController());
    this.channel = new BroadcastChannel(this.name);
    this.channel.addEventListener("message", () => this.speaks && this.bell.polling?.now());
    const speak = () =>
      new Promise((end) => {
        if (turn.signal.aborted) return end();
        turn.signal.addEventListener("abort", end);
        this.speaks = true;
        this.hear(this.bell.news.items);
      });
    navigator.locks.request(this.name, { signal: turn.signal }, speak).catch((error) => turn.signal.aborted || console.error(error));
  }

  leave() {
    this.turn?.abort();
    this.channel?.close();
    this.turn = this.channel = undefined;
    this.speaks = false;
    this.hush([]);
  }

  // What is news now. What was told before, in whichever tab, is not told again; what somebody has looked at since goes.
  hear(items) {
    this.hush(items);
    this.follow();
    if (!this.turn) return;
    const { told = 0 } = this.kept;
    const fresh = items.filter((item) => item.id > told);
    if (!fresh.length) return;
    if (!this.speaks) return this.channel.postMessage("news");
    this.keep({ told: newestOf(fresh) });
    if (fresh.length > SEPARATELY) return this.showMany(fresh.length);
    for (const item of fresh.reverse()) this.showOne(item);
  }

  showOne(item) {
    const { texts } = this.bell;
    const body = item.case ? fill(texts.open, { case: item.case }) : "";
    this.show(texts.kind[item.kind] ?? texts.title, { body, id: item.id, onClick: () => this.bell.open(item) });
  }

  showMany(n) {
    const { texts } = this.bell;
    this.show(texts.title, { body: fill(texts.desktop.many, { n }), onClick: () => this.bell.isOpen || this.bell.toggle() });
  }

  show(title, { body, id, onClick }) {
    try {
      const one = new Notification(title, { body, tag: `${this.name}:${id ?? ""}`, lang: reader.locale ?? "" });
      one.onclick = () => {
        window.focus();
        one.close();
        onClick?.();
      };
      if (id) this.shown.set(id, one);
    } catch {
      // A browser that lets only a background worker notify: on telephones.
      this.isMissing = true;
    }
  }

  hush(items) {
    const news = new Set(items.map((item) => item.id));
    for (const [id, one] of this.shown) {
      if (news.has(id)) continue;
      one.close();
      this.shown.delete(id);
    }
  }

  // What stands under the news: how it is in this browser, and the one button that may change it.
  drawn() {
    const texts = this.bell.texts.desktop;
    const { state } = this;
    const node = el("div", `desktop ${state}`);
    const line = el("div", "line");
    line.append(mark({ glyph: state === "on" ? "●" : "○", word: state === "on" ? texts.is_on : texts.is_off, tone: state === "on" ? "good" : "dim" }));
    if (state === "on") line.append(this.button(texts.stop, () => this.switchOff()));
    if (state === "off" || state === "undecided") line.append(this.button(texts.start, () => this.switchOn()));
    node.append(line, el("p", "why", texts[state]));
    return node;
  }

  button(words, onClick) {
    const node = button(words, "", onClick);
    node.dataset.id = "desktop";
    return node;
  }
}

const newestOf = (items) => items.reduce((newest, { id }) => Math.max(newest, id), 0);
