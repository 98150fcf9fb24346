// An answer that stands on its platform: asked once more before it is deleted there or reworded.

class Changes {
  // `needs` tells whether a second person must read new words first.
  constructor({ texts, problem, done, needs }) {
    Object.assign(this, { texts, problem, done, needs });
    this.node = el("div", "change hidden");
    this.told = el("div", "eyes");
  }

  open({ id, kind, text }) {
    const texts = this.texts.change;
    this.node.replaceChildren();
    this.node.classList.remove("hidden");
    const label = el("label", "asked", texts[`${kind}_ask`]);
    this.node.append(label);
    const box = kind === "correct" ? this.box(label, text) : null;
    const row = el("div", "actions");
    row.append(...this.ways(id, kind, box), button(texts.cancel, "", () => this.close()));
    this.node.append(row);
    (box ?? row.firstChild).focus();
    this.node.scrollIntoView({ block: "nearest" });
  }

  // Taking back needs nobody else; new words go the way of a reply.
  ways(id, kind, box) {
    const doIt = button(this.texts.change[`${kind}_do`], "main", () => this.send(id, kind, { text: box?.value ?? "" }));
    if (kind !== "correct") return [doIt];
    const isNeeded = Boolean(this.needs());
    const ask = button(isNeeded ? this.texts.ask : this.texts.ask_first, isNeeded ? "main" : "", () => this.send(id, kind, { text: box.value, first_read: true }));
    return isNeeded ? [ask] : [doIt, ask];
  }

  box(label, text) {
    const box = el("textarea", "correction");
    box.id = "correction";
    box.rows = 4;
    box.value = text;
    label.htmlFor = "correction";
    this.node.append(box);
    return box;
  }

  close() {
    this.node.classList.add("hidden");
    this.node.replaceChildren();
  }

  async send(id, kind, body) {
    try {
      const { status, content } = await ask("POST", `/board/changes/${id}/${kind}`, { body });
      if (status >= 400) return this.problem(content?.words ?? this.texts.not_done);
      this.problem("");
      this.close();
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.problem(this.texts.not_done);
    }
    this.done();
  }
}
