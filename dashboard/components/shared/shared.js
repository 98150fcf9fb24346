// Stands before each component's own script. Words come from the page's catalogue; posts only ever become text nodes.

const TIMEOUT_MS = 10000;
const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

class Offline extends Error {}

function el(tag, className, words) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (words !== undefined && words !== null) node.textContent = words;
  return node;
}

function button(words, className, onClick) {
  const node = el("button", className, words);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

function link(words, url) {
  const node = el("a", "link", words);
  node.href = url;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

function mark(sign, className) {
  const node = el("span", `mark tone-${sign.tone} ${className || ""}`);
  const glyph = el("span", "glyph", sign.glyph);
  glyph.setAttribute("aria-hidden", "true");
  node.append(glyph, ` ${sign.word}`);
  return node;
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

function spanWords(milliseconds, units) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return fill(units.s, { n: seconds });
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  const parts = UNITS.slice(first, Math.min(first + 2, 3)).map(([name, size], i) => {
    const within = i === 0 ? seconds : seconds % UNITS[first][1];
    return [name, Math.floor(within / size)];
  });
  return parts.filter(([, n]) => n > 0).map(([name, n]) => fill(units[name], { n })).join(" ");
}

// The language and the zone of whoever reads: the page says them with its words, and the browser's own play no part.
const reader = { locale: undefined, zone: undefined };
const LOCALES = { en: "en-GB" };

function listenTo(texts) {
  if (!texts?.locale) return;
  reader.locale = LOCALES[texts.locale] ?? texts.locale;
  reader.zone = texts.zone;
}

function written(milliseconds, options) {
  const asked = { ...options, hourCycle: options.hour || options.timeStyle ? "h23" : undefined };
  try {
    return new Intl.DateTimeFormat(reader.locale, { ...asked, timeZone: reader.zone }).format(new Date(milliseconds));
  } catch {
    // A browser that does not know the zone yet.
    return new Intl.DateTimeFormat(reader.locale, asked).format(new Date(milliseconds));
  }
}

function clockTime(milliseconds, withSeconds) {
  const options = { hour: "2-digit", minute: "2-digit" };
  return written(milliseconds, withSeconds ? { ...options, second: "2-digit" } : options);
}

function dayAndTime(milliseconds, now) {
  const day = { year: "numeric", month: "numeric", day: "numeric" };
  if (written(milliseconds, day) === written(now, day)) return clockTime(milliseconds);
  return `${written(milliseconds, { day: "numeric", month: "short" })} ${clockTime(milliseconds)}`;
}

const wholeTime = (milliseconds) => written(milliseconds, { dateStyle: "long", timeStyle: "short" });
const numberWords = (n) => new Intl.NumberFormat(reader.locale).format(n);

// The server's clock decides what is overdue: this machine's may be an hour off.
const skew = { milliseconds: 0 };

// Whom this page was drawn for: after another person signed in elsewhere in this browser, its requests are refused.
const drawnFor = { person: null };
const serverNow = () => Date.now() + skew.milliseconds;

async function ask(method, path, { body, etag } = {}) {
  const headers = drawnFor.person === null ? {} : { "Careline-Person": String(drawnFor.person) };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (etag) headers["If-None-Match"] = etag;
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new Offline(String(error));
  }
  const instant = Number(response.headers.get("Careline-Now"));
  if (instant) skew.milliseconds = instant - Date.now();
  const content = (response.headers.get("Content-Type") || "").startsWith("application/json") ? await response.json() : null;
  return { status: response.status, content, etag: response.headers.get("ETag") };
}

// A timer that runs only while somebody can see the page or it is awake all the same, and waits longer after each failure. `every` says how long to wait now.
function polling(look, { every, longest, isAwake = () => false }) {
  let timer = 0;
  let failures = 0;
  let isStopped = false;
  const plan = (delay) => {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(turn, delay);
  };
  const turn = async () => {
    if (isStopped) return;
    if (document.hidden && !isAwake()) return plan(every());
    try {
      await look();
      failures = 0;
    } catch (error) {
      if (!(error instanceof Offline)) console.error(error);
      failures += 1;
    }
    plan(Math.min(longest, every() * 2 ** Math.min(failures, 6)));
  };
  const wake = () => !document.hidden && plan(0);
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  plan(0);
  return {
    now: () => plan(0),
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", wake);
      window.removeEventListener("online", wake);
    },
  };
}

// One object a mount, kept over redraws: Streamlit calls the component anew whenever its data changed.
// What a component is given comes as the bytes of a JSON text.
const given = (component) => Object.create(component, { data: { value: JSON.parse(new TextDecoder().decode(component.data)) } });

// Streamlit also takes leave of a draw that newer data overtook while the script was loading: what it drew on is there still, and goes on.
function mounted(create) {
  const mounts = new WeakMap();
  const leave = (root, mount) => {
    if (root.isConnected || mounts.get(root) !== mount) return;
    mounts.delete(root);
    mount.stop();
  };
  return (sent) => {
    const component = given(sent);
    const root = component.parentElement;
    listenTo(component.data?.texts);
    if (!mounts.has(root)) mounts.set(root, create(component));
    const mount = mounts.get(root);
    mount.update(component);
    return () => setTimeout(() => leave(root, mount));
  };
}

function isTyping(event) {
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return false;
  return Boolean(target.closest("input, textarea, select, [contenteditable='true'], [role='textbox'], [role='combobox']"));
}

const hasDialog = () => Boolean(document.querySelector("[role='dialog']"));
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`careline:${name}`, { detail }));
