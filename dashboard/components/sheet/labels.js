// Labels that a person can correct: a button each, a menu of the other answers, and a short while in which the click can be taken back.

const UNDO_MS = 12000;
const PLACES = { ArrowDown: 1, ArrowUp: -1 };

function labelOf(label, sheet) {
  const canChange = label.choices.length > 0;
  const node = canChange ? button("", "label", () => toggleMenu(node, label, sheet)) : el("span", "label");
  const corrected = el("span", "corrected", label.is_corrected ? "✎" : "");
  corrected.setAttribute("aria-hidden", "true");
  node.append(mark(label.mark), corrected);
  node.title = label.title;
  if (!canChange) {
    node.append(el("span", "said", label.is_corrected ? label.title : ""));
    return node;
  }
  node.setAttribute("aria-label", label.spoken);
  node.setAttribute("aria-haspopup", "menu");
  node.setAttribute("aria-expanded", "false");
  node.dataset.label = `${label.mention} ${label.question}`;
  // A press outside closes a menu before the click comes: one on its own button must not open it again.
  node.addEventListener("pointerdown", () => (node.wasOpen = node.getAttribute("aria-expanded") === "true"));
  return node;
}

function toggleMenu(opener, label, sheet) {
  const { wasOpen } = opener;
  opener.wasOpen = false;
  if (!wasOpen) openMenu(opener, label, sheet);
}

function openMenu(opener, label, sheet) {
  const menu = el("div", "menu");
  const leave = () => {
    menu.hidePopover();
    opener.focus();
  };
  const choose = (choice) => {
    leave();
    sheet.send("correct", { mention: label.mention, question: label.question, label: choice.label });
  };
  menu.popover = "auto";
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", label.menu);
  menu.append(...label.choices.map((choice) => itemOf(choice, choose)));
  menu.addEventListener("keydown", (event) => moveIn(menu, event, leave));
  const onScroll = ({ target }) => target !== menu && menu.hidePopover();
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed") return;
    document.removeEventListener("scroll", onScroll, true);
    opener.setAttribute("aria-expanded", "false");
    menu.remove();
  });
  document.addEventListener("scroll", onScroll, true);
  sheet.root.append(menu);
  menu.showPopover();
  opener.setAttribute("aria-expanded", "true");
  place(menu, opener);
  menu.firstElementChild.focus();
}

function itemOf(choice, choose) {
  const item = button(choice.word, "quiet", () => choose(choice));
  item.setAttribute("role", "menuitem");
  item.tabIndex = -1;
  return item;
}

// Letters are shortcuts of the list: none of them is meant while a menu is open.
function moveIn(menu, event, leave) {
  event.stopPropagation();
  const items = [...menu.children];
  const at = items.indexOf(event.target);
  if (event.key === "Tab" || event.key === "Escape") leave();
  else if (event.key in PLACES) items[(at + PLACES[event.key] + items.length) % items.length].focus();
  else if (event.key === "Home" || event.key === "End") items.at(event.key === "Home" ? 0 : -1).focus();
  else return;
  if (event.key !== "Tab") event.preventDefault();
}

function place(menu, opener) {
  const { left, top, bottom } = opener.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const isBelow = bottom + height + 8 < window.innerHeight;
  menu.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
  menu.style.top = `${isBelow ? bottom + 2 : Math.max(8, top - height - 2)}px`;
}

class UndoBar {
  constructor(sheet) {
    this.sheet = sheet;
    this.bar = el("div", "undo");
    this.bar.popover = "manual";
    this.spoken = el("div", "said");
    this.spoken.setAttribute("role", "status");
    sheet.root.append(this.bar, this.spoken);
  }

  show({ words, button: name, value }) {
    const back = button(name, "quiet", () => {
      this.hide();
      this.sheet.send("undo", value);
    });
    this.bar.replaceChildren(el("span", "", words), back);
    this.bar.showPopover();
    // A status that comes with its words is read out by few screen readers: it must stand there before.
    setTimeout(() => (this.spoken.textContent = words), 100);
    this.wait();
  }

  // Nobody who is just reaching for it loses it.
  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.bar.matches(":hover, :focus-within") ? this.wait() : this.hide()), UNDO_MS);
  }

  hide() {
    clearTimeout(this.timer);
    if (this.bar.matches(":popover-open")) this.bar.hidePopover();
  }
}
