// Tells the style sheet where the panes begin: the banner above them may be there or not, and may wrap.

const TOP = "--careline-top";
const LOST = "streamlit run";

function measure() {
  const panes = document.querySelector(".st-key-panes");
  if (panes) document.documentElement.style.setProperty(TOP, `${Math.round(panes.getBoundingClientRect().top)}px`);
}

// Streamlit's own dialog about a lost connection covers what one is writing and tells of commands; the list and the editor say it better.
// It stays away for good once it was closed. Whoever was typing goes on typing.
function dismissLostConnection(records) {
  const added = records.flatMap((record) => [...record.addedNodes]).filter((node) => node instanceof Element);
  const dialog = added.map((node) => node.closest("[role='dialog']") ?? node.querySelector("[role='dialog']")).find(Boolean);
  if (!dialog || !dialog.textContent.includes(LOST)) return;
  const typing = deepFocus();
  dialog.querySelector("button")?.click();
  for (const delay of [0, 50, 250]) setTimeout(() => typing?.isConnected && typing.focus({ preventScroll: true }), delay);
}

function deepFocus() {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found instanceof HTMLTextAreaElement || found instanceof HTMLInputElement ? found : lastTyped;
}

let lastTyped = null;
const remember = (event) => (lastTyped = event.composedPath()[0]);

export default function () {
  const dialogs = new MutationObserver(dismissLostConnection);
  dialogs.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("input", remember);
  const watcher = new ResizeObserver(measure);
  watcher.observe(document.body);
  const block = document.querySelector("[data-testid='stMainBlockContainer']");
  if (block) watcher.observe(block);
  measure();
  return () => {
    watcher.disconnect();
    dialogs.disconnect();
    document.removeEventListener("input", remember);
  };
}
