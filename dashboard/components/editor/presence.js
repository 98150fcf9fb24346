// Says who reads and who replies, as long as the page is open; nothing is said by itself once it is gone. Whoever cannot see the page, or
// has touched nothing for a while, is away.

const PRESENT_MS = 10000;
const TYPING_MS = 45000;
const IDLE_MS = 120000;
const SIGNS_OF_LIFE = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"];

class Presence {
  constructor(caseId, { isShut }) {
    this.caseId = caseId;
    this.isShut = isShut;
    this.onHide = () => this.say();
    this.onLeave = () => this.leave();
    this.onAct = () => this.acted();
    this.actedAt = Date.now();
    document.addEventListener("visibilitychange", this.onHide);
    window.addEventListener("pagehide", this.onLeave);
    for (const name of SIGNS_OF_LIFE) document.addEventListener(name, this.onAct, { capture: true, passive: true });
    this.renewing = setInterval(() => this.say(), PRESENT_MS);
    this.say();
  }

  stop() {
    document.removeEventListener("visibilitychange", this.onHide);
    window.removeEventListener("pagehide", this.onLeave);
    for (const name of SIGNS_OF_LIFE) document.removeEventListener(name, this.onAct, { capture: true });
    clearInterval(this.renewing);
    this.leave();
  }

  acted() {
    this.actedAt = Date.now();
    if (this.said === "away" && !document.hidden) this.say();
  }

  typed() {
    this.typedAt = Date.now();
    if (this.said !== "replying") this.say();
  }

  say() {
    const isTyping = this.typedAt && Date.now() - this.typedAt < TYPING_MS && !this.isShut();
    const isAway = document.hidden || Date.now() - this.actedAt > IDLE_MS;
    const kind = isAway ? "away" : isTyping ? "replying" : "reading";
    if (document.hidden && this.said === "away") return;
    this.said = kind;
    ask("POST", "/board/presence", { body: { case: this.caseId, kind } }).catch(() => {});
  }

  leave() {
    const body = new Blob([JSON.stringify({ case: this.caseId, kind: "gone" })], { type: "application/json" });
    navigator.sendBeacon("/board/presence", body);
  }
}
