// The box for a note: @ offers colleagues, who will be told stands below it before it is added, and the draft lies in the browser until then.

const MENTION = /(?<![\p{L}\p{N}_@])@(?:"([^"\n]{1,120})"|([\p{L}\p{N}]{1,8})(?![\p{L}\p{N}_]))/gu;
const BEGUN = /(?<![\p{L}\p{N}_@])@([\p{L}\p{N}]*)$/u;
const MOST_OFFERED = 6;

class NoteBox {
  constructor(component) {
    const { data } = component;
    this.data = data;
    this.kept = new Kept(`note:${data.space}:${data.me}:${data.case}`);
    this.root = el("div", "root");
    const label = el("label", "label", data.label);
    this.box = el("textarea");
    this.box.id = label.htmlFor = "note";
    this.box.rows = 4;
    this.box.value = this.kept.read().text ?? "";
    this.offers = el("div", "offers hidden");
    this.offers.id = "offers";
    this.offers.setAttribute("role", "listbox");
    this.hint = el("div", "hint");
    this.hint.setAttribute("aria-live", "polite");
    this.status = el("span", "status");
    this.status.setAttribute("role", "status");
    this.add = button(data.add, "main", () => this.store());
    const foot = el("div", "foot");
    foot.append(this.status, this.add);
    this.root.append(label, this.box, this.offers, this.hint, foot);
    this.found = [];
    this.at = 0;
    this.wire();
    component.parentElement.append(this.root);
  }

  wire() {
    const { box } = this;
    for (const [name, words] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", "offers"]]) box.setAttribute(name, words);
    box.addEventListener("input", () => this.typed());
    box.addEventListener("click", () => this.offer());
    box.addEventListener("blur", () => this.shut());
    box.addEventListener("keydown", (event) => this.pressed(event));
    this.offers.addEventListener("mousedown", (event) => this.pick(event));
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    this.data = data;
    drawnFor.person = data.me;
    this.offers.setAttribute("aria-label", data.texts.people);
    this.draw();
  }

  stop() {}

  typed() {
    this.kept.write({ text: this.box.value });
    this.status.textContent = "";
    this.offer();
    this.draw();
  }

  begun() {
    return this.box.value.slice(0, this.box.selectionStart).match(BEGUN);
  }

  offer() {
    const begun = this.begun();
    const asked = begun?.[1].toLowerCase() ?? "";
    const fits = ({ initials, name }) => [initials, ...name.split(" ")].some((word) => word.toLowerCase().startsWith(asked));
    this.found = begun ? this.data.people.filter((one) => !one.me && fits(one)).slice(0, MOST_OFFERED) : [];
    this.at = 0;
    this.drawOffers();
  }

  drawOffers() {
    const nodes = this.found.map((one, place) => {
      const node = el("div", "offer");
      node.id = `offer-${place}`;
      node.setAttribute("role", "option");
      node.setAttribute("aria-selected", String(place === this.at));
      node.append(el("b", "", one.initials), el("span", "", one.name));
      return node;
    });
    this.offers.replaceChildren(...nodes);
    this.offers.classList.toggle("hidden", nodes.length === 0);
    this.box.setAttribute("aria-expanded", String(nodes.length > 0));
    if (nodes.length) this.box.setAttribute("aria-activedescendant", `offer-${this.at}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  shut() {
    this.found = [];
    this.drawOffers();
  }

  pressed(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return this.store();
    }
    if (!this.found.length) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.at = (this.at + steps[event.key] + this.found.length) % this.found.length;
    else if (event.key === "Enter" || event.key === "Tab") return this.choose(this.found[this.at], event);
    else if (event.key === "Escape") this.found = [];
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.drawOffers();
  }

  pick(event) {
    const node = event.target.closest(".offer");
    if (node) this.choose(this.found[[...this.offers.children].indexOf(node)], event);
  }

  choose(one, event) {
    event.preventDefault();
    const { box } = this;
    const { index } = this.begun();
    const rest = box.value.slice(box.selectionStart);
    const before = `${box.value.slice(0, index)}@${one.initials}${rest.startsWith(" ") ? "" : " "}`;
    box.value = before + rest;
    box.setSelectionRange(before.length, before.length);
    box.focus();
    this.shut();
    this.typed();
  }

  // The same reading as the server's: what is shown here is who will be told.
  named() {
    const told = new Map();
    const unknown = [];
    for (const [, name, initials] of this.box.value.matchAll(MENTION)) {
      const wanted = (name ?? initials).trim().toLowerCase();
      const found = this.data.people.filter((one) => (name ? one.name : one.initials).toLowerCase() === wanted);
      if (!found.length) unknown.push(name ?? initials);
      for (const one of found) if (!one.me) told.set(one.initials, one.name);
    }
    return { told: [...told.values()], unknown };
  }

  draw() {
    const { texts } = this.data;
    const { told, unknown } = this.named();
    const isWriting = this.begun() && unknown.length === 1;
    const lines = told.length ? [el("span", "told", `→ ${fill(texts.told, { people: told.join(", ") })}`)] : [];
    if (unknown.length && !isWriting) lines.push(el("span", "tone-warm", `? ${fill(texts.unknown, { name: `@${unknown[0]}` })}`));
    this.hint.replaceChildren(...(lines.length ? lines : [el("span", "calm", texts.hint)]));
    this.add.disabled = Boolean(this.isAdding || !this.box.value.trim());
    this.add.textContent = this.isAdding ? texts.adding : this.data.add;
  }

  async store() {
    if (this.isAdding || !this.box.value.trim()) return;
    const text = this.box.value;
    const { texts } = this.data;
    this.isAdding = true;
    this.draw();
    try {
      const { status, content } = await ask("POST", `/board/note/${this.data.case}`, { body: { text } });
      if (status >= 500) throw new Offline(String(status));
      if (status === 200) this.stored(text);
      this.status.textContent = status === 200 ? texts.added : content?.words ?? texts.kept;
      this.status.className = status === 200 ? "status tone-good" : "status tone-bad";
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.status.textContent = texts.kept;
      this.status.className = "status tone-bad";
    } finally {
      this.isAdding = false;
      this.draw();
    }
  }

  // What was typed while the note was on its way stays.
  stored(text) {
    if (this.box.value === text) this.box.value = "";
    this.kept.write({ text: this.box.value });
    this.trigger?.("added", Date.now());
  }
}

export default mounted((component) => new NoteBox(component));
