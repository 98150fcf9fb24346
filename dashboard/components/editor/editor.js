// The reply box of one case: what is written is never lost, what is sent is sent once, what became of it is followed.

const EVERY_MS = 3000;
const UNDER_WAY_MS = 1000;
const LONGEST_MS = 15000;
const SAVE_AFTER_MS = 700;

class Editor {
  constructor(component) {
    const { data } = component;
    this.data = data;
    this.parts = form(data.texts);
    this.kept = new Kept(`${data.space}:${data.me}:${data.case}`);
    this.replies = new Replies({ texts: data.texts, act: (...what) => this.actOn(...what), copy: (...what) => this.copy(...what) });
    this.parts.root.prepend(this.replies.node);
    this.addTools();
    component.parentElement.append(this.parts.root);
    this.begin();
    this.wire();
  }

  begin() {
    drawnFor.person = this.data.me;
    const kept = this.kept.read();
    this.key = kept.key ?? newKey();
    this.kept.write({ key: this.key });
    this.version = kept.version ?? 0;
    this.isDirty = Boolean(kept.isDirty);
    this.parts.box.value = this.isDirty ? kept.text ?? "" : "";
    this.seen = this.data.state.latest_mention;
    this.turn = 0;
    this.apply(this.data.state, { isCurrent: true });
    if (this.isDirty) this.plan(0);
    this.polling = polling(() => this.look(), { every: () => this.every(), longest: LONGEST_MS });
    this.ticking = setInterval(() => this.replies.tick(), 500);
    this.presence = new Presence(this.data.case, { isShut: () => Boolean(this.state.shut) });
  }

  addTools() {
    const { data, parts } = this;
    const problem = (words) => this.problem(words);
    const changed = () => {
      this.turn += 1;
      this.etag = undefined;
      this.drawFoot();
      this.polling?.now();
    };
    this.pictures = new Pictures({ caseId: data.case, texts: data.texts, problem, changed });
    this.picker = new Saved({ caseId: data.case, texts: data.texts, box: parts.box, inserted: (id) => this.began(id), problem });
    this.changes = new Changes({ texts: data.texts, problem, done: changed, needs: () => this.state?.eyes.needs });
    this.pictures.listen(parts.box, parts.composer);
    parts.tray.append(this.pictures.node, this.pictures.choose);
    parts.tools.append(this.picker.button, this.pictures.open, parts.spoken);
    parts.tools.after(this.picker.node);
    parts.composer.before(this.changes.told, this.changes.node);
  }

  // A reply that was begun with a saved one is stored as such with its draft, and counted when it stands there.
  began(savedReply) {
    this.savedReply = savedReply || this.savedReply;
    this.typed();
    this.plan(0);
  }

  wire() {
    const { box, send } = this.parts;
    box.addEventListener("input", () => this.typed());
    box.addEventListener("keydown", (event) => this.pressed(event));
    send.addEventListener("click", () => this.dispatch());
    this.parts.first.addEventListener("click", () => this.dispatch(true));
    this.hears = { "careline:online": () => this.polling.now(), "careline:write": () => this.focus(), "careline:undo": () => this.replies.undoNewest(), "careline:change": ({ detail }) => this.changes.open(detail), "careline:insert": ({ detail }) => this.insert(detail.purpose) };
    for (const [name, hear] of Object.entries(this.hears)) document.addEventListener(name, hear);
  }

  stop() {
    this.isStopped = true;
    for (const [name, hear] of Object.entries(this.hears)) document.removeEventListener(name, hear);
    clearTimeout(this.saving);
    clearInterval(this.ticking);
    this.polling.stop();
    if (this.isDirty) this.save();
    this.presence.stop();
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    const isNew = JSON.stringify(data.state) !== JSON.stringify(this.data.state);
    this.data = data;
    if (isNew) this.apply(data.state, { isCurrent: false });
  }

  every() {
    return this.state.replies.some((reply) => reply.state === "queued" || reply.state === "sending") ? UNDER_WAY_MS : EVERY_MS;
  }

  async look() {
    const { turn } = this;
    let answer;
    try {
      answer = await ask("GET", `/board/case/${this.data.case}`, { etag: this.etag });
    } catch (error) {
      this.offlineSince ??= Date.now();
      this.drawBanner();
      throw error;
    }
    if (this.isStopped) return;
    this.isSignedOut = answer.status === 401;
    if (this.isSignedOut) return this.drawBanner();
    if (answer.status !== 200 && answer.status !== 304) throw new Offline(String(answer.status));
    if (this.offlineSince && this.isDirty) this.plan(0);
    this.offlineSince = undefined;
    if (answer.status === 200) this.etag = answer.etag;
    this.apply(answer.status === 200 ? answer.content : this.state, { isCurrent: turn === this.turn });
  }

  apply(state, { isCurrent }) {
    const before = this.state;
    this.state = state;
    if (before === state) return this.drawBanner();
    this.takeDraft(state.draft, isCurrent);
    this.drawAccounts();
    this.replies.update(state.replies);
    this.drawOthers();
    this.drawShut();
    this.drawEyes();
    this.drawBanner();
    this.drawFoot();
    if (before) tell("thread", { case: this.data.case, blocks: state.thread });
  }

  // An answer that was under way while something was typed, saved or sent knows less than this box: only what is newer counts then.
  takeDraft(draft, isCurrent) {
    if (this.isSending || this.isSaving) return;
    const theirs = draft ?? { version: 0, text: "" };
    const isNewer = theirs.version > this.version;
    const isUsedUp = !draft && isCurrent;
    if (!isNewer && !isUsedUp && theirs.version !== this.version) return;
    if (this.isDirty && isNewer && theirs.text.trim() !== this.parts.box.value.trim()) {
      this.conflict = theirs;
      return;
    }
    if (!this.isDirty && (isNewer || isUsedUp || this.parts.box.value === "")) this.show(theirs.text);
    if (!this.isDirty) this.savedAt = draft?.saved_at;
    this.version = theirs.version;
  }

  show(text) {
    const { box } = this.parts;
    if (box.value !== text) box.value = text;
    this.grow();
  }

  drawBanner() {
    const { state } = this;
    const wrote = state.latest_mention !== this.seen;
    if (this.isSignedOut) this.banner("signed_out");
    else if (this.conflict) this.banner("conflict", { time: clockTime(this.conflict.saved_at) });
    else if (this.offlineSince) this.banner("offline", { time: clockTime(this.offlineSince) });
    else if (wrote) this.banner(state.latest_is_own ? "answered_there" : "wrote_again", { author: state.author, time: clockTime(state.latest_at) });
    else if (this.isPaneOld() && !this.isDrawnAnew()) this.banner("changed", { words: state.owner_words });
    else this.banner("");
  }

  isPaneOld() {
    return JSON.stringify(this.state.pane) !== JSON.stringify(this.data.state.pane);
  }

  // Nobody is disturbed while nothing is being written: then the panes around follow by themselves, once for each change.
  isDrawnAnew() {
    if (this.isDirty || hasDialog()) return false;
    const pane = JSON.stringify(this.state.pane);
    if (this.drawnAnewFor !== pane) this.redraw();
    this.drawnAnewFor = pane;
    return true;
  }

  banner(name, values) {
    const { banner } = this.parts;
    const words = name ? fill(this.data.texts.banner[name], values ?? {}) : "";
    if (banner.dataset.words === words) return;
    banner.dataset.words = words;
    banner.className = name ? `banner banner-${name}` : "banner hidden";
    banner.replaceChildren(el("span", "", words), ...this.bannerActions(name));
    this.drawFoot();
  }

  bannerActions(name) {
    const { texts } = this.data;
    if (name === "wrote_again" || name === "answered_there") return [button(texts.have_read, "", () => this.haveRead())];
    if (name === "changed") return [button(texts.redraw, "", () => this.redraw())];
    if (name === "signed_out") return [button(texts.sign_in, "", () => location.reload())];
    if (name === "conflict") return [button(texts.use_theirs, "", () => this.settleConflict(true)), button(texts.use_mine, "", () => this.settleConflict(false))];
    return [];
  }

  haveRead() {
    this.seen = this.state.latest_mention;
    this.drawBanner();
    this.drawFoot();
    tell("newest", {});
  }

  settleConflict(isTheirs) {
    const { text, version } = this.conflict;
    this.conflict = undefined;
    this.version = version;
    if (isTheirs) {
      this.isDirty = false;
      this.show(text);
      this.keep();
    } else this.plan(0);
    this.drawBanner();
    this.drawFoot();
  }

  drawAccounts() {
    const accounts = this.accounts();
    if (!accounts.some((one) => one.id === this.account)) this.account = (accounts.find((one) => one.is_first) ?? accounts[0])?.id;
    const shown = { accounts, chosen: this.account, isLinking: hasLink(this.parts.box.value) };
    if (JSON.stringify(shown) === this.drawnAccounts) return;
    this.drawnAccounts = JSON.stringify(shown);
    const choose = (id) => this.askAccount(id);
    this.parts.as.replaceChildren(...accountLine(shown, { texts: this.data.texts, choose }));
  }

  // What was chosen holds until the customer writes again: an answer goes the way of their latest message unless somebody says otherwise.
  way() {
    const { ways } = this.state;
    const isChosen = this.wayFor === ways[0]?.mention;
    return (isChosen && ways.find((one) => one.private === this.isPrivate)) || ways[0];
  }

  accounts() {
    return this.way()?.accounts ?? this.state.accounts;
  }

  drawWay() {
    const chosen = this.way();
    const account = this.accounts().find((one) => one.id === this.account);
    const shown = { ways: this.state.ways.map(({ private: isPrivate, sign, words }) => ({ isPrivate, sign, words: words || account?.way })), chosen: chosen?.private };
    if (JSON.stringify(shown) === this.drawnWay) return;
    this.drawnWay = JSON.stringify(shown);
    const choose = (isPrivate) => {
      this.isPrivate = isPrivate;
      this.wayFor = this.state.ways[0].mention;
      this.drawAccounts();
      this.drawFoot();
    };
    this.parts.way.replaceChildren(...wayLine(shown, { texts: this.data.texts, choose }));
    this.parts.root.classList.toggle("is-private", Boolean(shown.chosen));
  }

  askAccount(id) {
    const [from, to] = [this.account, id].map((one) => this.accounts().find((account) => account.id === one));
    const { confirm } = this.parts;
    const settle = (isYes) => {
      if (isYes) this.account = id;
      confirm.classList.add("hidden");
      this.drawnAccounts = undefined;
      this.isAsking = false;
      this.drawAccounts();
      this.drawFoot();
    };
    if (!from || !to || from === to) return settle(true);
    this.isAsking = true;
    confirm.replaceChildren(...accountQuestion({ from, to }, { texts: this.data.texts, settle }));
    confirm.classList.remove("hidden");
    confirm.querySelector("button").focus();
    this.drawFoot();
  }

  drawTools(account) {
    const { beside, spoken } = this.parts;
    const isPrivate = Boolean(this.way()?.private);
    this.pictures.update({ ...this.state, attachments: this.pictures.isBusy ? this.pictures.listed : this.state.attachments }, isPrivate);
    const isNamed = Boolean(account?.way?.includes(account.handle)) && !isPrivate;
    const shown = JSON.stringify([account?.id, account?.handle, this.state.language, isNamed]);
    if (shown === this.drawnTools) return;
    this.drawnTools = shown;
    beside.replaceChildren(...besideLine(account, isNamed));
    spoken.textContent = this.state.language;
  }

  drawOthers() {
    const there = this.state.holds.filter((hold) => hold.person !== this.data.me);
    if (JSON.stringify(there) === this.drawnOthers) return;
    this.drawnOthers = JSON.stringify(there);
    this.parts.others.replaceChildren(...withMe(there, "beside"));
  }

  drawShut() {
    const { shut, composer, box } = this.parts;
    const reason = this.state.shut;
    composer.classList.toggle("hidden", Boolean(reason));
    shut.classList.toggle("hidden", !reason);
    if (!reason) return this.grow();
    const there = this.state.holds.filter((hold) => hold.person !== this.data.me);
    const lines = [el("span", "", reason), ...withMe(there, "words")];
    if (this.isDirty && box.value.trim()) lines.push(button(this.data.texts.copy_kept, "", (event) => this.copy(box.value, event.target)));
    shut.replaceChildren(...lines);
  }

  // What waits for a second person stands still: to write on, its writer takes it back first.
  drawEyes() {
    const { eyes } = this.state;
    if (JSON.stringify(eyes) === this.drawnEyes) return;
    this.drawnEyes = JSON.stringify(eyes);
    const told = { texts: this.data.texts, takeBack: (approval) => this.takeBack(approval) };
    this.parts.eyes.replaceChildren(...eyesLines(eyes, told));
    this.changes.told.replaceChildren(...(eyes.correction ? [correctionLine(eyes.correction, told)] : []));
    this.parts.box.readOnly = Boolean(eyes.waits);
  }

  async takeBack(approval) {
    try {
      const { status, content } = await ask("POST", `/board/approval/${approval}/withdraw`, { body: {} });
      this.problem(status >= 400 ? content?.words ?? this.data.texts.not_done : "");
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.problem(this.data.texts.not_done);
    }
    this.etag = undefined;
    this.polling.now();
  }

  drawFoot() {
    const { saved, count, send, box, root } = this.parts;
    const account = this.state && this.accounts().find((one) => one.id === this.account);
    if (this.state) {
      this.drawWay();
      this.drawTools(account);
    }
    const left = account?.limit ? account.limit - this.length(account) : null;
    count.textContent = left === null ? "" : left >= 0 ? fill(this.data.texts.left, { n: left }) : fill(this.data.texts.too_long, { n: -left });
    count.className = `count ${left !== null && left < 0 ? "tone-bad" : left !== null && left < 20 ? "tone-warm" : ""}`;
    saved.textContent = this.savedWords();
    saved.className = `saved ${this.problemKind === "offline" && this.isDirty ? "tone-bad" : ""}`;
    const isStale = this.state && this.state.latest_mention !== this.seen;
    this.parts.stale.classList.toggle("hidden", !isStale);
    send.disabled = Boolean(!account || !box.value.trim() || (left !== null && left < 0) || isStale || this.isSending || this.conflict || this.state?.eyes.waits);
    send.disabled ||= Boolean(this.isAsking || this.pictures.loading);
    this.parts.first.disabled = send.disabled;
    this.parts.first.classList.toggle("hidden", Boolean(this.state?.eyes.needs || this.state?.eyes.waits));
    send.textContent = this.isSending ? this.data.texts.sending : this.state?.eyes.needs ? this.data.texts.ask : account?.capability === "link" ? this.data.texts.send_by_hand : this.data.texts.send;
    root.classList.toggle("is-busy", Boolean(this.isSending));
  }

  length(account) {
    const text = this.parts.box.value.trimEnd();
    const signed = account.signature && !text.endsWith(account.signature) ? `${text} ${account.signature}` : text;
    return (COUNTS[account.count] ?? COUNTS.characters)(text ? signed : "");
  }

  savedWords() {
    const { texts } = this.data;
    if (!this.isDirty) return this.savedAt && this.parts.box.value ? fill(texts.saved, { time: clockTime(this.savedAt, true) }) : "";
    if (this.problemKind === "offline") return this.isKept ? texts.kept_here : texts.not_kept;
    return this.isSaving ? texts.saving : texts.unsaved;
  }

  grow() {
    const { box } = this.parts;
    box.style.height = "auto";
    box.style.height = `${Math.min(320, Math.max(92, box.scrollHeight + 2))}px`;
  }

  typed() {
    this.turn += 1;
    this.isDirty = true;
    this.keep();
    this.plan(SAVE_AFTER_MS);
    this.problem("");
    this.grow();
    this.drawAccounts();
    this.drawFoot();
    this.presence.typed();
  }

  keep() {
    this.isKept = this.kept.write({ text: this.parts.box.value, version: this.version, isDirty: this.isDirty, key: this.key });
  }

  plan(delay) {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => (this.lastSave = this.save()), delay);
  }

  async save() {
    if (this.isSaving || this.isSending || this.conflict || this.state.shut) return;
    const text = this.parts.box.value;
    this.isSaving = true;
    this.turn += 1;
    this.drawFoot();
    try {
      this.saved(await ask("PUT", `/board/draft/${this.data.case}`, { body: { text, version: this.version, saved: this.savedReply ?? 0 } }), text);
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.problemKind = "offline";
      if (!this.isStopped) this.plan(3000);
    } finally {
      this.isSaving = false;
      this.turn += 1;
      this.drawFoot();
    }
  }

  saved({ status, content }, text) {
    if (status === 200) {
      if (this.problemKind === "offline") tell("online", {});
      this.problemKind = "";
      this.version = content.version;
      this.savedAt = content.saved_at;
      this.isDirty = this.parts.box.value !== text;
      this.keep();
      if (this.isDirty) this.plan(SAVE_AFTER_MS);
      return;
    }
    if (status >= 500) throw new Offline(String(status));
    if (content?.kind === "stale" && content.draft) this.conflict = content.draft;
    else if (status !== 401) this.problem(content?.words ?? "");
    this.isSignedOut = status === 401;
    this.keep();
    this.polling?.now();
    if (this.state) this.drawBanner();
  }

  pressed(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!this.parts.send.disabled) this.dispatch();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.parts.box.blur();
    }
  }

  insert(purpose) {
    if (this.state.shut || this.parts.box.readOnly) return this.problem(this.state.shut);
    this.picker.putFor(purpose);
  }

  focus() {
    if (this.state.shut) return this.problem(this.state.shut);
    this.parts.box.focus();
    this.parts.box.scrollIntoView({ block: "nearest" });
  }

  // The key was made with the form: pressed twice, in two tabs or again after a broken connection, it is one reply.
  async dispatch(isFirstRead = Boolean(this.state.eyes.needs)) {
    if (this.isSending) return;
    clearTimeout(this.saving);
    this.isSending = true;
    this.turn += 1;
    this.problem("");
    this.drawFoot();
    const { seen_mention, seen_reply } = this.state;
    const mention = this.way()?.mention ?? 0;
    const body = { text: this.parts.box.value, key: this.key, seen_mention, seen_reply, account: this.account, mention };
    try {
      // What is being stored just now is stored first: else it would stand there as words that this reply does not know.
      await this.lastSave;
      await this.pictures.described;
      body.version = this.version;
      const path = isFirstRead ? "approval/ask" : "reply";
      this.dispatched(await ask("POST", `/board/${path}/${this.data.case}`, { body }), isFirstRead);
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.problem(this.data.texts.not_sent);
    } finally {
      this.isSending = false;
      this.turn += 1;
      this.drawFoot();
      this.polling.now();
    }
  }

  dispatched({ status, content }, isFirstRead) {
    if (status === 200) return isFirstRead ? this.askedFirst(content) : this.cleared();
    if (status >= 500) throw new Offline(String(status));
    this.isSignedOut = status === 401;
    if (this.isSignedOut) this.drawBanner();
    else {
      this.problem(content?.words ?? this.data.texts.not_sent);
      if (placeholdersIn(this.parts.box.value).length) this.picker.selectPlaceholder();
    }
  }

  // The text stays as the draft; what is sent after this one has a key of its own.
  askedFirst({ version, saved_at: savedAt }) {
    this.isDirty = false;
    this.version = version;
    this.savedAt = savedAt;
    this.etag = undefined;
    this.key = newKey();
    this.keep();
    this.redraw();
  }

  cleared() {
    this.isDirty = false;
    this.version = 0;
    this.savedAt = undefined;
    this.etag = undefined;
    this.key = newKey();
    this.savedReply = undefined;
    this.show("");
    this.keep();
    this.redraw();
  }

  async actOn(reply, verb, body) {
    try {
      const { status, content } = await ask("POST", `/board/replies/${reply.id}/${verb}`, { body });
      if (status >= 400) this.problem(content?.words ?? this.data.texts.not_done);
      else this.problem("");
      if (status < 400 && verb === "undo") this.cameBack();
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.problem(this.data.texts.not_done);
    }
    this.etag = undefined;
    this.polling.now();
  }

  cameBack() {
    this.key = newKey();
    this.keep();
    this.redraw();
    this.parts.box.focus();
  }

  redraw() {
    this.trigger?.("changed", Date.now());
  }

  problem(words) {
    const { problem } = this.parts;
    problem.textContent = words;
    problem.classList.toggle("hidden", !words);
  }

  async copy(text, pressed) {
    const before = pressed.textContent;
    try {
      await navigator.clipboard.writeText(text);
      pressed.textContent = this.data.texts.copied;
    } catch {
      pressed.textContent = this.data.texts.not_copied;
    }
    setTimeout(() => (pressed.textContent = before), 1500);
  }
}

export default mounted((component) => new Editor(component));
