// Cases of one cause, folded into one row each above the list: nothing of them is lost, and nothing of them crowds the others out.

class Folds {
  constructor(place, open) {
    this.place = place;
    this.open = open;
    this.rows = [];
  }

  draw(rows, texts) {
    this.rows = rows;
    this.texts = texts;
    this.place.classList.toggle("hidden", rows.length === 0);
    this.place.setAttribute("aria-label", texts.fold_label);
    this.place.replaceChildren(...rows.map((row) => this.node(row)));
    this.tick();
  }

  node(row) {
    const node = el("button", "fold");
    node.type = "button";
    node.dataset.incident = row.id;
    node.title = this.texts.fold_open;
    const glyph = el("span", "fold-glyph", "≡");
    glyph.setAttribute("aria-hidden", "true");
    node.append(glyph, el("span", "fold-words"));
    if (row.is_closed) node.append(el("span", "fold-closed", this.texts.fold_closed));
    node.addEventListener("click", () => this.open(row.id));
    return node;
  }

  tick() {
    this.rows.forEach((row, at) => {
      const span = spanWords(Math.max(0, serverNow() - row.since), this.texts.units);
      const words = fill(row.n === 1 ? this.texts.fold_one : this.texts.fold, { name: row.name, n: row.n, span });
      const node = this.place.children[at].querySelector(".fold-words");
      if (node.textContent !== words) node.textContent = words;
    });
  }
}
