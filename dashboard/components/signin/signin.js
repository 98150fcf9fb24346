// Picks who sits here. The cookie is set by the server's answer; no page can read or write it.

class SignIn {
  constructor({ parentElement }) {
    this.root = el("div", "root");
    this.problem = el("div", "problem hidden");
    this.problem.setAttribute("role", "alert");
    this.people = el("div", "people");
    this.root.append(this.people, this.problem);
    parentElement.append(this.root);
  }

  stop() {}

  update({ data }) {
    this.data = data;
    this.people.replaceChildren(...data.people.map((person) => this.card(person)));
    if (data.provider) this.people.append(this.provider());
    if (data.first) this.people.append(this.form());
    this.root.classList.toggle("narrow", Boolean(data.narrow));
    if (data.narrow) this.people.append(button(data.texts.sign_out, "", () => this.post("/board/sign-out", {})));
  }

  provider() {
    const node = el("a", "provider", this.data.provider);
    node.href = `/board/sign-in/start?return=${encodeURIComponent(location.pathname + location.search)}`;
    return node;
  }

  card(person) {
    const node = button("", "person", () => this.post("/board/sign-in", { person: person.id }));
    node.append(el("span", "initials", person.initials), el("span", "name", person.name), el("span", "roles", person.roles));
    return node;
  }

  form() {
    const { texts } = this.data;
    const node = el("form", "first");
    const name = this.input(texts.name, "name");
    const initials = this.input(texts.initials, "off");
    const done = el("button", "main", texts.begin);
    done.type = "submit";
    node.append(name.label, initials.label, done);
    node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.post("/board/first-person", { name: name.input.value, initials: initials.input.value });
    });
    return node;
  }

  input(words, autocomplete) {
    const label = el("label", "", words);
    const input = el("input");
    input.required = true;
    input.autocomplete = autocomplete;
    label.append(input);
    return { label, input };
  }

  async post(path, body) {
    try {
      const { status, content } = await ask("POST", path, { body });
      if (status < 300) return content?.to ? location.assign(content.to) : location.reload();
      this.say(content?.words ?? this.data.texts.failed);
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.say(this.data.texts.offline);
    }
  }

  say(words) {
    this.problem.textContent = words;
    this.problem.classList.toggle("hidden", !words);
  }
}

export default mounted((component) => new SignIn(component));
