// Says who reads and who replies, as long as the page is open; nothing is said by itself once it is gone.

const PRESENT_MS = 10000;
const TYPING_MS = 45000;

class Presence {
  constructor(caseId, { isShut }) {
    this.caseId = caseId;
    this.isShut = isShut;
    this.onHide = () => this.say();
    this.onLeave = () => this.leave();
    document.addEventListener("visibilitychange", this.onHide);
    window.addEventListener("pagehide", this.onLeave);
    this.renewing = setInterval(() => this.say(), PRESENT_MS);
    this.say();
  }

  stop() {
    document.removeEventListener("visibilitychange", this.onHide);
    window.removeEventListener("pagehide", this.onLeave);
    clearInterval(this.renewing);
    this.leave();
  }

  typed() {
    this.typedAt = Date.now();
    if (this.said !== "replying") this.say();
  }

  say() {
    const isTyping = this.typedAt && Date.now() - this.typedAt < TYPING_MS && !this.isShut();
    const kind = document.hidden ? "away" : isTyping ? "replying" : "reading";
    if (kind === "away" && this.said === "away") return;
    this.said = kind;
    ask("POST", "/board/presence", { body: { case: this.caseId, kind } }).catch(() => {});
  }

  leave() {
    const body = new Blob([JSON.stringify({ case: this.caseId, kind: "gone" })], { type: "application/json" });
    navigator.sendBeacon("/board/presence", body);
  }
}
