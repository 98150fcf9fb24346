// What the editor is made of, before anything is known of its case.

const COLOURS = 6;

function form(texts) {
  const parts = {
    root: el("div", "root"),
    banner: el("div", "banner hidden"),
    composer: el("div", "composer"),
    eyes: el("div", "eyes"),
    first: el("button", "first", texts.ask_first),
    as: el("div", "as"),
    others: el("div", "others"),
    stale: el("span", "stale tone-warm hidden", `⚠ ${texts.stale}`),
    label: el("label", "said", texts.write),
    box: el("textarea"),
    tray: el("div", "tray-place"),
    confirm: el("div", "confirm-account hidden"),
    tools: el("div", "tools"),
    spoken: el("span", "spoken"),
    foot: el("div", "foot"),
    saved: el("span", "saved"),
    count: el("span", "count"),
    beside: el("span", "beside"),
    way: el("div", "way"),
    send: el("button", "main send", texts.send),
    problem: el("div", "problem hidden"),
    shut: el("div", "shut hidden"),
  };
  const { root, banner, composer, eyes, first, as, others, stale, label, box, foot, saved, count, beside, way, send, problem, shut, tray, confirm, tools, spoken } = parts;
  box.id = "reply";
  box.rows = 4;
  box.placeholder = texts.placeholder;
  label.htmlFor = "reply";
  send.type = first.type = "button";
  eyes.setAttribute("role", "status");
  others.setAttribute("role", "status");
  banner.setAttribute("role", "status");
  problem.setAttribute("role", "alert");
  saved.setAttribute("aria-live", "polite");
  count.setAttribute("aria-live", "off");
  confirm.setAttribute("role", "alert");
  foot.append(saved, count, others, stale, beside, way, first, send);
  composer.append(eyes, as, label, box, tray, tools, problem, confirm, foot);
  root.append(banner, composer, shut);
  return parts;
}

// The account that will answer: its colour, its name, how it can answer here, and what that costs.
function accountLine({ accounts, chosen, isLinking }, { texts, choose }) {
  const account = accounts.find((one) => one.id === chosen);
  if (!account) return [el("span", "tone-bad", texts.no_account)];
  const name = accounts.length > 1 ? accountChoice(accounts, chosen, { texts, choose }) : el("b", "", account.words);
  const price = isLinking && account.link_price ? account.link_price : account.price;
  const isDear = isLinking && Boolean(account.link_price);
  const told = [el("span", "how", account.how), ...(price ? [el("span", `how ${isDear ? "dear" : ""}`, isDear ? `⚠ ${price}` : price)] : [])];
  return [el("span", `dot colour-${account.id % COLOURS}`), el("span", "", `${texts.reply_as} `), name, ...told];
}

// Who will read the answer: beside Send, in words, with a sign and a colour; a choice where the customer wrote both ways.
function wayLine({ ways, chosen }, { texts, choose }) {
  const line = (one) => [mark({ glyph: one.sign, word: one.words ?? "", tone: one.isPrivate ? "private" : "public" })];
  if (ways.length < 2) return ways.flatMap(line);
  const group = el("div", "ways");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", texts.way);
  for (const one of ways) {
    const pressed = button("", `quiet ${one.isPrivate ? "private" : "public"}`, () => choose(one.isPrivate));
    pressed.setAttribute("aria-pressed", String(one.isPrivate === chosen));
    pressed.append(...line(one));
    group.append(pressed);
  }
  const warning = ways[0].isPrivate && !chosen ? [el("span", "tone-warm", texts.way_changed)] : [];
  return [...warning, group];
}

// Who else is at the case: beside Send, where two answers would meet, and in place of the box where somebody else has it.
function withMe(holds, words) {
  return holds.map((hold) => {
    const node = el("span", `with ${hold.kind}`);
    const sign = el("span", "", hold.glyph);
    sign.setAttribute("aria-hidden", "true");
    node.append(sign, ` ${hold[words]}`);
    return node;
  });
}

// Beside Send once more: who answers, in words and in the account's own colour.
function besideLine(account, isNamed) {
  if (!account) return [];
  const dot = el("span", `dot colour-${account.id % COLOURS}`);
  dot.title = account.words;
  return isNamed ? [dot] : [dot, el("b", "", account.handle)];
}

// A change of account is asked about once: what goes out under the wrong name cannot be unsaid.
function accountQuestion({ from, to }, { texts, settle }) {
  const names = { from: from.handle, to: to.handle };
  const yes = button(fill(texts.account_yes, names), "main", () => settle(true));
  return [el("span", "", fill(texts.account_ask, names)), yes, button(fill(texts.account_no, names), "", () => settle(false))];
}

function accountChoice(accounts, chosen, { texts, choose }) {
  const choice = el("select");
  choice.setAttribute("aria-label", texts.reply_as);
  for (const one of accounts) {
    const option = el("option", "", one.words);
    option.value = one.id;
    option.selected = one.id === chosen;
    choice.append(option);
  }
  choice.addEventListener("change", () => choose(Number(choice.value)));
  return choice;
}
