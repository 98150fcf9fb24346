// What the editor is made of, before anything is known of its case.

const COLOURS = 6;

function form(texts) {
  const parts = {
    root: el("div", "root"),
    banner: el("div", "banner hidden"),
    composer: el("div", "composer"),
    as: el("div", "as"),
    others: el("div", "others"),
    label: el("label", "said", texts.write),
    box: el("textarea"),
    foot: el("div", "foot"),
    saved: el("span", "saved"),
    count: el("span", "count"),
    send: el("button", "main send", texts.send),
    problem: el("div", "problem hidden"),
    shut: el("div", "shut hidden"),
  };
  const { root, banner, composer, as, others, label, box, foot, saved, count, send, problem, shut } = parts;
  box.id = "reply";
  box.rows = 4;
  box.placeholder = texts.placeholder;
  label.htmlFor = "reply";
  send.type = "button";
  banner.setAttribute("role", "status");
  problem.setAttribute("role", "alert");
  saved.setAttribute("aria-live", "polite");
  count.setAttribute("aria-live", "off");
  foot.append(saved, count, send);
  composer.append(as, others, label, box, problem, foot);
  root.append(banner, composer, shut);
  return parts;
}

// The account that will answer: its colour, its name, how it can answer here, and what that costs.
function accountLine({ accounts, chosen, isLinking }, { texts, choose }) {
  const account = accounts.find((one) => one.id === chosen);
  if (!account) return [el("span", "tone-bad", texts.no_account)];
  const name = accounts.length > 1 ? accountChoice(accounts, chosen, { texts, choose }) : el("b", "", account.words);
  const price = isLinking && account.link_price ? account.link_price : account.price;
  const told = [account.how, price].filter(Boolean).map((words) => el("span", "how", words));
  return [el("span", `dot colour-${account.id % COLOURS}`), el("span", "", `${texts.reply_as} `), name, ...told];
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
