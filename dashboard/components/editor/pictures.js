// The pictures that leave with the reply: chosen, pasted or dropped; each with words for who does not see it.

const UPLOAD_MS = 60000;
const PICTURE_TYPES = "image/png,image/jpeg,image/webp,image/gif";

const picturesIn = (data) => [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));

class Pictures {
  constructor({ caseId, texts, problem, changed }) {
    Object.assign(this, { caseId, texts, problem, changed });
    this.node = el("div", "tray");
    this.choose = el("input", "said");
    this.choose.type = "file";
    this.choose.multiple = true;
    this.choose.accept = PICTURE_TYPES;
    this.choose.tabIndex = -1;
    this.choose.setAttribute("aria-hidden", "true");
    this.choose.addEventListener("change", () => {
      this.add([...this.choose.files]);
      this.choose.value = "";
    });
    this.open = button(texts.picture_add, "quiet", () => this.choose.click());
    this.open.title = texts.picture_add_help;
    this.loading = 0;
    this.described = null;
    this.listed = [];
    this.cards = new Map();
  }

  listen(box, composer) {
    box.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    composer.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      composer.classList.add("is-over");
    });
    composer.addEventListener("dragleave", () => composer.classList.remove("is-over"));
    composer.addEventListener("drop", (event) => {
      composer.classList.remove("is-over");
      this.take(event, event.dataTransfer);
    });
  }

  take(event, data) {
    const found = picturesIn(data);
    if (!found.length) return;
    event.preventDefault();
    this.add(found);
  }

  get isBusy() {
    return this.loading > 0;
  }

  get hasRoom() {
    return this.listed.length + this.loading < this.count;
  }

  update({ attachments, pictures }, isPrivate) {
    this.listed = attachments;
    this.count = pictures.count;
    this.open.classList.toggle("hidden", !pictures.count || isPrivate);
    this.open.disabled = !this.hasRoom;
    this.isPrivate = isPrivate;
    this.draw();
  }

  draw() {
    const cards = new Map(this.listed.map((one) => [one.id, this.cards.get(one.id) ?? this.card(one)]));
    this.cards = cards;
    const waiting = this.loading ? [el("span", "meta", this.texts.picture_loading)] : [];
    const warning = this.isPrivate && this.listed.length ? [el("span", "tone-bad", this.texts.picture_private)] : [];
    const wanted = [...[...cards.values()].map((card) => card.node), ...waiting, ...warning];
    const drawn = `${this.listed.map((one) => one.id)}|${this.loading}|${warning.length}`;
    if (drawn !== this.drawn) this.node.replaceChildren(...wanted);
    this.drawn = drawn;
    for (const one of this.listed) cards.get(one.id).follow(one);
  }

  card(one) {
    const node = el("figure", "attached");
    const image = el("img");
    image.src = `/board/attachments/${one.id}`;
    image.alt = one.alt || one.name;
    const alt = el("input");
    alt.type = "text";
    alt.maxLength = 1000;
    alt.value = one.alt;
    alt.placeholder = this.texts.picture_alt;
    alt.setAttribute("aria-label", this.texts.picture_alt);
    alt.addEventListener("change", () => this.describe(one.id, alt.value));
    const remove = button("✕", "quiet", () => this.remove(one.id));
    remove.setAttribute("aria-label", fill(this.texts.picture_remove, { name: one.name }));
    const hint = mark({ glyph: "⚠", word: this.texts.picture_no_alt, tone: "warm" });
    node.append(image, alt, remove, hint);
    const follow = (now) => {
      if (!alt.matches(":focus") && alt.value !== now.alt) alt.value = now.alt;
      image.alt = now.alt || now.name;
      hint.classList.toggle("hidden", Boolean(now.alt));
    };
    return { node, follow };
  }

  async add(files) {
    for (const file of files) {
      if (!this.hasRoom) {
        this.problem(this.texts.picture_full);
        return;
      }
      await this.upload(file);
    }
  }

  async upload(file) {
    this.loading += 1;
    this.draw();
    this.changed();
    try {
      const response = await fetch(`/board/attachment/${this.caseId}?name=${encodeURIComponent(file.name || "picture.png")}`, {
        method: "POST",
        headers: { "Careline-Person": String(drawnFor.person), "Content-Type": file.type || "application/octet-stream" },
        body: file,
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(UPLOAD_MS),
      });
      const content = await response.json();
      if (response.status !== 200) this.problem(content?.words || this.texts.picture_failed);
      else {
        this.problem("");
        this.listed = [...this.listed, content.attachment];
      }
    } catch {
      this.problem(this.texts.picture_failed);
    } finally {
      this.loading -= 1;
      this.draw();
      this.changed();
    }
  }

  async describe(id, alt) {
    this.described = this.write("PUT", id, { alt });
    await this.described;
  }

  async remove(id) {
    if (await this.write("DELETE", id, {})) this.listed = this.listed.filter((one) => one.id !== id);
    this.draw();
    this.changed();
  }

  async write(method, id, body) {
    try {
      const { status, content } = await ask(method, `/board/attachments/${id}`, { body });
      this.problem(status >= 400 ? content?.words ?? this.texts.not_done : "");
      this.changed();
      return status < 400;
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.problem(this.texts.not_done);
      return false;
    }
  }
}
