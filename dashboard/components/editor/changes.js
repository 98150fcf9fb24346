// An answer that stands on its platform: asked once more before it is deleted there or reworded.

class Changes {
  constructor({ texts, problem, done }) {
    Object.assign(this, { texts, problem, done });
    this.node = el("div", "change hidden");
  }

  open({ id, kind, text }) {
    const texts = this.texts.change;
    this.node.replaceChildren();
    this.node.classList.remove("hidden");
    const label = el("label", "asked", texts[`${kind}_ask`]);
    this.node.append(label);
    const box = kind === "correct" ? this.box(label, text) : null;
    const doIt = button(texts[`${kind}_do`], "main", () => this.send(id, kind, box?.value ?? ""));
    const row = el("div", "actions");
    row.append(doIt, button(texts.cancel, "", () => this.close()));
    this.node.append(row);
    (box ?? doIt).focus();
    this.node.scrollIntoView({ block: "nearest" });
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

  async send(id, kind, text) {
    try {
      const { status, content } = await ask("POST", `/board/changes/${id}/${kind}`, { body: { text } });
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
