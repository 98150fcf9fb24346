// The sender's count (desk/platforms.py), live while typing. The server counts again before anything leaves.

const LINK = /https?:\/\/\S+|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|io|co|uk|de|fr|eu|app|dev|info|me|ly)\b(?:\/\S*)?/gi;
const LINK_LENGTH = 23;
const WEB_LINK = /https?:\/\/\S+/gi;
const ELSEWHERE = /(?<![\p{L}\p{N}_/])(@[\p{L}\p{N}_][\p{L}\p{N}_.-]*)@[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+/gu;
const LIGHT = [[0x0000, 0x10ff], [0x2000, 0x200d], [0x2010, 0x201f], [0x2032, 0x2037]];
const JOINS = /[\p{Mn}\p{Me}\p{Mc}\u200d\ufe0f\u20e3\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]/u;
const FLAG = /^[\u{1f1e6}-\u{1f1ff}]$/u;

function clusters(text) {
  const found = [];
  for (const c of text) {
    const before = found.at(-1);
    const belongs = before !== undefined && (JOINS.test(c) || before.endsWith("\u200d") || (FLAG.test(before) && FLAG.test(c)));
    if (belongs) found[found.length - 1] += c;
    else found.push(c);
  }
  return found;
}

function weight(cluster) {
  const codes = [...cluster].map((c) => c.codePointAt(0));
  if (codes.length > 1 && codes[0] > LIGHT[0][1]) return 2;
  return codes.reduce((sum, code) => sum + (LIGHT.some(([low, high]) => code >= low && code <= high) ? 1 : 2), 0);
}

function lengthOnX(text) {
  let links = 0;
  const rest = text.normalize("NFC").replace(LINK, () => {
    links += 1;
    return "";
  });
  return links * LINK_LENGTH + clusters(rest).reduce((sum, cluster) => sum + weight(cluster), 0);
}

function lengthOnMastodon(text) {
  return clusters(text.replace(WEB_LINK, "x".repeat(LINK_LENGTH)).replace(ELSEWHERE, "$1")).length;
}

const COUNTS = {
  x: lengthOnX, mastodon: lengthOnMastodon, graphemes: (text) => clusters(text).length, characters: (text) => [...text].length,
};
const hasLink = (text) => text.search(LINK) >= 0;
