// What the editor is made of, before anything is known of its case.

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
