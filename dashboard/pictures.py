"""Pictures that somebody attaches: decoded for real and written anew, so that nothing but what is seen leaves: no place, no camera, no tricks."""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from desk.attachments import Picture
from desk.errors import Invalid

LARGEST_UPLOAD = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
"""A picture of a few kilobytes can claim to be a square kilometre."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
QUALITIES = (90, 80, 70)
SIDES = (4096, 2048, 1280, 800, 480)


def rewritten(name: str, body: bytes, *, largest: int) -> Picture:
    """The picture as a PNG or a JPEG of at most `largest` bytes, upright, the first frame of several. Raises Invalid for what is none."""
    image = _decoded(body)
    stem = name.rpartition(".")[0] or name or "picture"
    if image.mode == "RGBA" or len(image.getcolors(256) or ()) > 0:
        packed = _packed(image, "PNG")
        if len(packed) <= largest:
            return Picture(f"{stem}.png", "image/png", packed)
    for side in SIDES:
        smaller = _smaller(image, side)
        for quality in QUALITIES:
            packed = _packed(smaller, "JPEG", quality=quality)
            if len(packed) <= largest:
                return Picture(f"{stem}.jpg", "image/jpeg", packed)
    raise Invalid("The picture is too large, and making it smaller does not help")


def _decoded(body: bytes) -> Image.Image:
    """The pixels alone: what else stood in the file stays behind."""
    try:
        with Image.open(BytesIO(body), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Invalid(f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels: make it smaller first")
            opened.seek(0)
            upright = ImageOps.exif_transpose(opened)
            mode = "RGBA" if _has_alpha(opened) else "RGB"
            pixels = upright.convert(mode)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        IndexError,
        TypeError,
    ) as error:
        raise Invalid("This is no picture that can be read: PNG, JPEG, WebP and GIF can") from error
    return Image.frombytes(mode, pixels.size, pixels.tobytes())


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info


def _packed(image: Image.Image, kind: str, **how: int) -> bytes:
    written = BytesIO()
    flat = _on_white(image) if kind == "JPEG" else image
    flat.save(written, kind, optimize=True, **how)
    return written.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _smaller(image: Image.Image, side: int) -> Image.Image:
    if max(image.size) <= side:
        return image
    copy = image.copy()
    copy.thumbnail((side, side))
    return copy
