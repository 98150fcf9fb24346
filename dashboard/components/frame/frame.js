// Tells the style sheet where the panes begin: the banner above them may be there or not, and may wrap. Keeps the keyboard's place where
// Streamlit would lose it.

const TOP = "--careline-top";
const LOST = "[data-testid='stDialog'] [data-testid='stErrorCodeBlock']";
const JUST_MS = 2000;
const DIALOG = "[data-testid='stDialog'] [role='dialog'], [role='dialog'][aria-modal='true']";
const POPOVER = "[data-testid='stPopoverBody']";
const OPENER = "[data-testid='stPopover'] button, [data-testid='stPopoverButton']";
const WITHIN_MS = 5000;
const REACHED = "input:not([type=hidden]), button, select, textarea, a[href], [tabindex='0']";
const dismissed = new WeakSet();

function measure() {
  const panes = document.querySelector(".st-key-panes");
  if (panes) document.documentElement.style.setProperty(TOP, `${Math.round(panes.getBoundingClientRect().top)}px`);
}

// Streamlit's own dialog about a lost connection makes the page inert, so that keys fall into nothing, and tells of commands. The list and the
// editor say it better: it is hidden by the style sheet, kept from shutting the page, and closed; once closed it does not come back.
function dismissLostConnection() {
  const dialog = document.querySelector(LOST)?.closest("[role='dialog']");
  if (!dialog) return;
  const typing = deepFocus();
  document.getElementById("root")?.removeAttribute("inert");
  if (!dismissed.has(dialog)) {
    dismissed.add(dialog);
    dialog.querySelector("button")?.click();
  }
  if (typing?.isConnected && deepFocus() !== typing) typing.focus({ preventScroll: true });
}

function deepest() {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

function deepFocus() {
  const found = deepest();
  const isBox = found instanceof HTMLTextAreaElement || found instanceof HTMLInputElement;
  return isBox ? found : Date.now() - last.at < JUST_MS ? last.typed : null;
}

function firstReached(root) {
  for (const node of root.querySelectorAll("*")) {
    if (node.matches(REACHED) && !node.disabled && node.checkVisibility()) return node;
    const inner = node.shadowRoot && firstReached(node.shadowRoot);
    if (inner) return inner;
  }
  return null;
}

// Streamlit puts what a button opens at the end of the page: whoever opened it by a key would have to tab through all that lies between. What
// is drawn later may stand first, so this goes on until the next key.
let entering = 0;
function enterPopover({ key }) {
  const turn = ++entering;
  const button = document.activeElement;
  if ((key !== "Enter" && key !== " ") || !button?.matches(OPENER)) return;
  const until = Date.now() + WITHIN_MS;
  let holder = button;
  const look = () => {
    if (turn !== entering || Date.now() > until || deepest() !== holder) return;
    const isOpen = button.getAttribute("aria-expanded") === "true";
    const first = isOpen && [...document.querySelectorAll(POPOVER)].map(firstReached).find(Boolean);
    if (first && first !== holder) {
      holder = first;
      first.focus();
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

// A dialog gives the focus back to what opened it, unless the page was drawn anew meanwhile: then it would be at the beginning of the page.
const opened = { by: null, name: "", isThere: false };
let returning = 0;
function rememberOpener(event) {
  returning += 1;
  if (opened.isThere) return;
  opened.by = event.composedPath()[0];
  const holder = opened.by.closest?.("[class*='st-key-']");
  opened.name = [...(holder?.classList ?? [])].find((name) => name.startsWith("st-key-")) ?? "";
}

function followDialog() {
  const wasThere = opened.isThere;
  opened.isThere = Boolean(document.querySelector(DIALOG));
  if (wasThere && !opened.isThere) giveBack(++returning, Date.now() + WITHIN_MS);
}

function giveBack(turn, until) {
  if (turn !== returning || Date.now() > until) return;
  if (document.activeElement === document.body) {
    const again = opened.name && document.querySelector(`.${CSS.escape(opened.name)} button`);
    (opened.by?.isConnected ? opened.by : again)?.focus?.({ preventScroll: true });
  }
  requestAnimationFrame(() => giveBack(turn, until));
}

const last = { typed: null, at: 0 };
const remember = (event) => Object.assign(last, { typed: event.composedPath()[0], at: Date.now() });

// A session speaks one language: whoever chose another one begins a new session. What they were writing is kept in the browser.
function speak({ locale, wanted }) {
  document.documentElement.lang = locale;
  if (wanted !== locale) location.reload();
}

export default function ({ data }) {
  speak(JSON.parse(new TextDecoder().decode(data)));
  const dialogs = new MutationObserver(() => {
    dismissLostConnection();
    followDialog();
  });
  dialogs.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["inert"] });
  document.addEventListener("keydown", enterPopover, true);
  document.addEventListener("keydown", rememberOpener, true);
  document.addEventListener("click", rememberOpener, true);
  document.addEventListener("input", remember);
  const watcher = new ResizeObserver(measure);
  watcher.observe(document.body);
  const block = document.querySelector("[data-testid='stMainBlockContainer']");
  if (block) watcher.observe(block);
  measure();
  return () => {
    watcher.disconnect();
    dialogs.disconnect();
    document.removeEventListener("keydown", enterPopover, true);
    document.removeEventListener("keydown", rememberOpener, true);
    document.removeEventListener("click", rememberOpener, true);
    document.removeEventListener("input", remember);
  };
}
