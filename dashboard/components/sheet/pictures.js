// Pictures of posts: small until clicked, blurred until clicked where the post may be abusive. They come from us, never from elsewhere.

function pictures(block, sheet) {
  const node = el("div", "pictures");
  node.append(...block.media.map((one) => (one.url ? picture(one, sheet) : noPicture(one))));
  return node;
}

function noPicture(one) {
  const node = el("div", "picture missing");
  node.append(el("b", "", one.kind), el("span", "text", one.words));
  if (one.caption) node.append(el("span", "meta", one.caption));
  return node;
}

function picture(one, sheet) {
  const seen = sheet.pictures;
  const node = el("figure", "picture");
  const open = el("button", "shown");
  open.type = "button";
  open.dataset.label = `picture-${one.id}`;
  const image = el("img");
  image.alt = one.alt;
  image.loading = "lazy";
  image.decoding = "async";
  image.width = one.width;
  image.height = one.height;
  image.src = one.url;
  open.append(image);
  const draw = () => {
    const isBlurred = one.blurred && !seen.has(one.id);
    const isLarge = seen.get(one.id) === "large";
    node.classList.toggle("blurred", isBlurred);
    node.classList.toggle("large", isLarge);
    open.setAttribute("aria-expanded", String(isLarge));
    const { unblur, shrink, enlarge } = sheet.texts;
    open.setAttribute("aria-label", isBlurred ? unblur : fill(isLarge ? shrink : enlarge, { alt: one.alt }));
    hint.textContent = isBlurred ? unblur : "";
  };
  const hint = el("span", "hint");
  open.append(hint);
  open.addEventListener("click", () => {
    const isFirst = one.blurred && !seen.has(one.id);
    seen.set(one.id, isFirst || seen.get(one.id) === "large" ? "small" : "large");
    draw();
  });
  node.append(open);
  if (one.caption) node.append(el("figcaption", "meta", one.caption));
  draw();
  return node;
}
