// What became of each reply: about to be sent, being sent, sent, failed, uncertain, or waiting for proof.

const CALM = new Set(["sent", "sending", "queued"]);

class Replies {
  constructor({ texts, act, copy }) {
    this.node = el("div", "replies");
    this.drawn = new Map();
    this.cards = new Map();
    this.texts = texts;
    this.act = act;
    this.copy = copy;
  }

  // A card is drawn anew only when its reply changed: a link that is being pasted into it must stay.
  update(replies) {
    const kept = new Map();
    for (const reply of replies) {
      const signature = JSON.stringify(reply);
      const isSame = this.drawn.get(reply.id) === signature;
      kept.set(reply.id, isSame ? this.cards.get(reply.id) : this.card(reply));
      this.drawn.set(reply.id, signature);
    }
    this.cards = kept;
    const wanted = [...kept.values()];
    if (wanted.some((card, i) => this.node.children[i] !== card) || this.node.children.length !== wanted.length) this.node.replaceChildren(...wanted);
    this.newest = replies.filter((reply) => reply.can.undo && reply.state === "queued").at(-1);
    this.tick();
  }

  card(reply) {
    const card = el("section", `reply state-${reply.state}`);
    card.setAttribute("aria-label", reply.mark.word);
    const head = el("div", "head");
    head.append(mark(reply.mark, "state"), el("span", "meta", this.meta(reply)));
    const countdown = el("span", "countdown");
    if (reply.waits) countdown.textContent = reply.waits;
    else if (reply.state === "queued") countdown.dataset.until = reply.not_before;
    if (reply.change.mark) head.append(mark(reply.change.mark));
    if (reply.pictures.length) head.append(el("span", "meta", reply.pictures.length > 1 ? fill(this.texts.picture_count, { n: reply.pictures.length }) : this.texts.picture_one));
    head.append(countdown);
    card.append(head);
    if (!CALM.has(reply.state) || reply.state === "queued") card.append(el("div", "text", reply.text));
    if (reply.change.reason) card.append(el("div", "reason", reply.change.reason));
    if (reply.state === "by_hand" && !reply.stopped) card.append(...reply.pictures.map((one) => link(one.name, `/board/attachments/${one.id}`)));
    if (reply.reason) card.append(el("div", "reason", reply.reason));
    const todo = reply.stopped || this.texts.todo[reply.state];
    if (todo) card.append(el("div", "todo", todo));
    card.append(this.actions(reply));
    return card;
  }

  meta(reply) {
    const at = reply.sent ?? reply.queued;
    return [reply.account, reply.person, at ? dayAndTime(at, serverNow()) : ""].filter(Boolean).join(" · ");
  }

  actions(reply) {
    const row = el("div", "actions");
    const { texts } = this;
    const place = reply.state === "sent" ? reply.url : reply.parent_url;
    const words = { sent: texts.see, by_hand: texts.open_there }[reply.state] ?? texts.look_there;
    if (reply.can.copy) row.append(button(texts.copy, "", (event) => this.copy(reply.text, event.target)));
    if (place && reply.state !== "queued" && reply.state !== "sending") row.append(link(fill(words, { source: reply.source }), place));
    if (reply.can.prove || reply.can.settle) row.append(this.proof(reply));
    if (reply.can.settle) row.append(button(texts.not_there, "", () => this.act(reply, "settle", { was_sent: false })));
    if (reply.can.retry) row.append(button(texts.retry, "main", () => this.act(reply, "retry", {})));
    for (const kind of reply.state === "sent" ? reply.change.can : []) {
      row.append(button(texts.change[kind], "", () => tell("change", { id: reply.id, kind, text: reply.text })));
    }
    if (reply.can.undo) row.append(button(texts.undo[reply.state] ?? texts.undo.queued, "", () => this.act(reply, "undo", {})));
    return row;
  }

  proof(reply) {
    const form = el("form", "proof");
    const input = el("input");
    input.type = "url";
    input.placeholder = this.texts.paste;
    input.setAttribute("aria-label", this.texts.paste);
    const done = el("button", "main", reply.can.prove ? this.texts.prove : this.texts.is_there);
    done.type = "submit";
    form.append(input, done);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const url = input.value.trim();
      if (reply.can.prove) this.act(reply, "prove", { url });
      else this.act(reply, "settle", { was_sent: true, url });
    });
    return form;
  }

  undoNewest() {
    if (this.newest) this.act(this.newest, "undo", {});
  }

  tick() {
    for (const node of this.node.querySelectorAll(".countdown[data-until]")) {
      const left = Math.ceil((Number(node.dataset.until) - serverNow()) / 1000);
      node.textContent = left > 0 ? fill(this.texts.countdown, { n: left }) : this.texts.leaving;
    }
  }
}
