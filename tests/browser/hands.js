// What a hand or a key can reach in a page, shadow roots and all: targets that are too small and too close (WCAG 2.2, 2.5.8),
// and places where the keyboard's focus cannot be seen (2.4.7). `inside` names the part to look at, "" the whole page.
async ({ inside, least }) => {
  const REACHED = `button, a[href], input:not([type=hidden]), select, textarea, summary, [role=button], [role=option], [role=tab], [role=radio],
    [role=checkbox], [role=switch], [role=slider], [role=combobox], [tabindex]:not([tabindex="-1"])`;
  const FRAME = "label, [data-baseweb=select], [data-baseweb=input], [data-baseweb=textarea], [data-baseweb=base-input]";
  const STILL = "*, *::before, *::after { transition: none !important; animation: none !important; }";

  const found = [];
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.matches(REACHED)) found.push(node);
      if (node.shadowRoot) walk(node.shadowRoot);
    }
    if ((root === document || root instanceof ShadowRoot) && !root.querySelector("style.hands-still")) {
      const style = Object.assign(document.createElement("style"), { className: "hands-still", textContent: STILL });
      (root.head ?? root).append(style);
    }
  };
  walk(document);
  const parent = (node) => node.parentElement ?? node.getRootNode().host ?? null;
  const isWithin = (node, other) => {
    for (let one = node; one; one = parent(one)) if (one === other) return true;
    return false;
  };
  const part = inside ? [...document.querySelectorAll(inside)].filter((one) => one.checkVisibility()).at(-1) : document.documentElement;
  const boxOf = (node) => {
    const frame = node.matches("input, textarea, select") ? node.closest(FRAME) ?? node : node;
    const [own, around] = [node.getBoundingClientRect(), frame.getBoundingClientRect()];
    const [left, top] = [Math.min(own.left, around.left), Math.min(own.top, around.top)];
    return { left, top, width: Math.max(own.right, around.right) - left, height: Math.max(own.bottom, around.bottom) - top };
  };
  const isThere = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.disabled && !node.closest("[inert]") && isWithin(node, part);
  const targets = found.filter(isThere).map((node) => ({ node, box: boxOf(node) })).filter(({ box }) => box.width > 1 && box.height > 1);
  const called = (node) => `${(node.getAttribute("aria-label") ?? node.textContent).trim().slice(0, 40)} ${node.cloneNode(false).outerHTML.slice(0, 160)}`;

  const isSmall = ({ box }) => Math.min(box.width, box.height) < least - 0.5;
  const middle = ({ box }) => [box.left + box.width / 2, box.top + box.height / 2];
  const beyond = (at, from, length) => Math.max(from - at, 0, at - from - length);
  const apart = (one, other) => {
    const [x, y] = middle(one);
    if (!isSmall(other)) return Math.hypot(beyond(x, other.box.left, other.box.width), beyond(y, other.box.top, other.box.height)) * 2;
    return Math.hypot(x - middle(other)[0], y - middle(other)[1]);
  };
  const isInText = (node) =>
    getComputedStyle(node).display === "inline" && [...node.parentNode.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.textContent.trim());
  const isOneOf = (one, other) => isWithin(one.node, other.node) || isWithin(other.node, one.node);
  const isCrowded = (one) => targets.some((other) => !isOneOf(one, other) && apart(one, other) < least);
  const small = targets.filter((one) => isSmall(one) && !isInText(one.node) && isCrowded(one));

  const AROUND = 5;
  const look = (node) => {
    const told = [];
    for (let one = node, n = 0; one && n < AROUND; one = parent(one), n += 1) {
      for (const pseudo of [null, "::before", "::after"]) {
        const style = getComputedStyle(one, pseudo);
        told.push(style.outlineStyle === "none" ? "" : `${style.outlineWidth} ${style.outlineColor}`);
        told.push(style.boxShadow, style.borderTopWidth, style.borderTopColor, style.borderBottomColor);
      }
    }
    for (const one of node.closest("label")?.children ?? []) told.push(getComputedStyle(one).boxShadow, getComputedStyle(one).outlineStyle);
    return told.join("|");
  };
  const focused = () => {
    let node = document.activeElement;
    while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
    return node;
  };
  const group = (node) => node.closest("[role=radiogroup], [role=tablist]") ?? node;
  const FRAMES = 12;
  const isSeen = async (node) => {
    // Where only one thing can be reached and has the focus already, there is no sight of it without.
    if (node === began && stops.length === 1) return getComputedStyle(node).outlineStyle !== "none" || getComputedStyle(node).boxShadow !== "none";
    if (node === began && looked !== look(node)) return true;
    const [before, place] = [look(node), group(node)];
    node.focus({ preventScroll: true });
    for (let n = 0; n < FRAMES; n += 1) {
      // A group is one stop: the keyboard comes to one of it, and the others are reached by arrows.
      if (!node.isConnected || (focused() !== node && place !== node && place.contains(focused()))) return true;
      if (focused() === node && look(node) !== before) return true;
      await new Promise((done) => requestAnimationFrame(done));
    }
    return false;
  };
  const began = focused();
  const looked = began && look(began);
  if (!inside) began?.blur();
  const unseen = [];
  let reached = 0;
  const stops = targets.map(({ node }) => node).filter((node) => node.tabIndex >= 0);
  for (const node of [...stops.filter((one) => one !== began), ...stops.filter((one) => one === began)]) {
    reached += 1;
    if (!(await isSeen(node))) unseen.push(node);
    if (!inside) focused()?.blur(); // what lies over a page closes when it loses the focus
  }
  if (!inside) began?.focus?.({ preventScroll: true });
  const size = ({ node, box }) => `${Math.round(box.width)}x${Math.round(box.height)} ${called(node)}`;
  return { small: small.map(size), unseen: unseen.map(called), reached };
}
