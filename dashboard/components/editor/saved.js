// The team's and one's own texts to begin with: found by typing, put in with Enter, with what is left to fill in selected.

const PLACEHOLDER = /\{\{[\s\S]*?\}\}|\{[\p{L}_][\p{L}\p{N}_ .-]*\}/gu;
const OFFERS_KEPT_MS = 20000;

const placeholdersIn = (text) => [...new Set(text.match(PLACEHOLDER) ?? [])];

class Saved {
  constructor({ caseId, texts, box, inserted, problem }) {
    Object.assign(this, { caseId, texts, box, inserted, problem });
    this.node = el("div", "picker hidden");
    this.search = el("input");
    this.search.type = "search";
    this.search.placeholder = texts.saved_search;
    this.search.setAttribute("aria-label", texts.saved_search);
    this.search.setAttribute("role", "combobox");
    this.search.setAttribute("aria-expanded", "true");
    this.search.setAttribute("aria-controls", "saved-offers");
    this.list = el("div", "offers");
    this.list.id = "saved-offers";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", texts.saved_open);
    this.node.append(this.search, this.list);
    this.button = button(texts.saved_open, "quiet", () => this.toggle());
    this.button.title = texts.saved_open_help;
    this.node.addEventListener("focusout", (event) => this.left(event));
    this.search.addEventListener("input", () => this.draw(0));
    this.search.addEventListener("keydown", (event) => this.pressed(event));
    box.addEventListener("keydown", (event) => this.asked(event));
  }

  // Ctrl and / anywhere; / alone where a line begins. What was typed stays when nothing is chosen.
  asked(event) {
    if (event.key !== "/" || event.altKey || this.box.readOnly) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.openAt(0);
    } else if (/(^|\n)$/.test(this.box.value.slice(0, this.box.selectionStart))) setTimeout(() => this.openAt(1));
  }

  toggle() {
    if (this.node.classList.contains("hidden")) this.openAt(0);
    else this.close();
  }

  async openAt(slash) {
    this.slash = slash;
    this.search.value = "";
    this.node.classList.remove("hidden");
    this.search.focus();
    if (await this.read()) this.draw(0);
  }

  close() {
    this.node.classList.add("hidden");
    this.box.focus();
  }

  // Whoever goes on elsewhere has no list over their text.
  left(event) {
    if (event.relatedTarget && !this.node.contains(event.relatedTarget) && event.relatedTarget !== this.button) this.node.classList.add("hidden");
  }

  async read() {
    if (this.offers && Date.now() - this.readAt < OFFERS_KEPT_MS) return true;
    try {
      const { status, content } = await ask("GET", `/board/saved/${this.caseId}`);
      if (status === 200) {
        this.offers = content.offers;
        this.readAt = Date.now();
        return true;
      }
      this.failed(content?.words);
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.failed();
    }
    return false;
  }

  failed(words) {
    this.list.replaceChildren(el("div", "meta", words || this.texts.saved_failed));
  }

  found() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (offer) => words.every((word) => `${offer.name} ${offer.text}`.toLowerCase().includes(word));
    return (this.offers ?? []).filter(fits);
  }

  draw(at) {
    const offers = this.found();
    this.at = Math.max(0, Math.min(at, offers.length - 1));
    if (!offers.length) this.list.replaceChildren(el("div", "meta", this.texts.saved_none));
    else this.list.replaceChildren(...offers.map((offer, i) => this.row(offer, i)));
    const chosen = this.list.querySelector("[aria-selected='true']");
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) this.search.setAttribute("aria-activedescendant", chosen.id);
    else this.search.removeAttribute("aria-activedescendant");
  }

  row(offer, i) {
    const node = el("div", "offer");
    node.id = `saved-offer-${i}`;
    node.setAttribute("role", "option");
    node.setAttribute("aria-selected", String(i === this.at));
    const head = el("div", "line");
    const meta = [offer.is_own ? this.texts.saved_own : "", offer.language].filter(Boolean).join(" · ");
    head.append(el("b", "", offer.name), el("span", "meta", meta));
    node.append(head, el("div", "text clamp", offer.text));
    if (offer.left.length) node.append(mark({ glyph: "⚠", word: fill(this.texts.saved_left, { places: offer.left.join(", ") }), tone: "warm" }));
    node.addEventListener("mousedown", (event) => event.preventDefault());
    node.addEventListener("click", () => this.put(offer));
    return node;
  }

  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.draw(this.at + step);
    else if (event.key === "Enter") {
      const offer = this.found()[this.at];
      if (offer) this.put(offer);
    } else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  put(offer) {
    const { box } = this;
    const end = box.selectionEnd;
    const start = this.slash && box.value[box.selectionStart - 1] === "/" ? box.selectionStart - 1 : box.selectionStart;
    box.setRangeText(offer.text, start, end, "end");
    this.slash = 0;
    this.node.classList.add("hidden");
    box.focus();
    this.selectPlaceholder(start);
    this.inserted(offer.id);
  }

  selectPlaceholder(from = 0) {
    const match = [...this.box.value.matchAll(PLACEHOLDER)].find((one) => one.index >= from);
    if (match) this.box.setSelectionRange(match.index, match.index + match[0].length);
  }

  async putFor(purpose) {
    if (!(await this.read())) return this.problem(this.texts.saved_failed);
    const offer = this.offers.find((one) => one.purpose === purpose);
    if (!offer) return;
    if (this.box.value && !this.box.value.endsWith("\n")) this.box.value += "\n";
    this.box.setSelectionRange(this.box.value.length, this.box.value.length);
    this.put(offer);
  }
}
