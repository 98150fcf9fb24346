"""Pictures from outside, made harmless: decoded, made smaller, written anew. Nothing of the bytes that came is ever shown or sent on. Pure.

The one file that has Pillow read anything.
"""

import io
import struct
from dataclasses import dataclass, field
from typing import Literal

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
"""What is decoded at all: each further decoder is one more that a hostile file may break."""

SeeThrough = Literal["WEBP", "PNG"]

LONGEST_SIDE = 1280
MOST_PIXELS = 40_000_000
"""More than any telephone's camera takes; a small file may claim billions."""

QUALITY = 84
FEW_COLOURS = 256
CLEAR = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})
BROKEN = (OSError, ValueError, SyntaxError, TypeError, EOFError, IndexError, KeyError, MemoryError, OverflowError, struct.error)
"""What Pillow's decoders raise for files that are cut or made up."""


class NotAPicture(Exception):
    """These bytes are not shown: they are no picture that is taken, or too large a one."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that we wrote ourselves: one frame, sRGB, nothing told beside its pixels."""

    media_type: str
    width: int
    height: int
    body: bytes = field(repr=False)


def rewritten(body: bytes, *, longest: int = LONGEST_SIDE, see_through: SeeThrough = "WEBP") -> Picture:
    """The picture in these bytes as a JPEG, or as WebP or PNG where it is see-through, no side longer than `longest` pixels.

    Where PNG is taken, a drawing of few colours is one too if that is shorter, and stays sharp. Of a moving one the first frame. Raises NotAPicture in words for whoever waits for it.
    """
    try:
        return _rewritten(body, longest, see_through)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture("it claims more pixels than any camera takes") from error
    except UnidentifiedImageError as error:
        raise NotAPicture(f"it is none of {', '.join(FORMATS)}") from error
    except BROKEN as error:
        raise NotAPicture("it is broken: it cannot be decoded") from error


def _rewritten(body: bytes, longest: int, see_through: SeeThrough) -> Picture:
    with Image.open(io.BytesIO(body), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise NotAPicture(f"it is too large: {opened.width} by {opened.height} pixels")
        opened.draft("RGB", (longest, longest))
        upright = ImageOps.exif_transpose(opened)
    is_clear = upright.mode in CLEAR or "transparency" in upright.info
    plain = upright.convert("RGBA" if is_clear else "RGB")
    plain.thumbnail((longest, longest))
    # Pasted onto an empty one: a copy would take comments, colour profiles and places along.
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    ways = (see_through,) if is_clear else ("JPEG", "PNG") if see_through == "PNG" and clean.getcolors(FEW_COLOURS) else ("JPEG",)
    written_as, packed = min(((way, _packed(clean, way)) for way in ways), key=lambda one: len(one[1]))
    return Picture(f"image/{written_as.lower()}", clean.width, clean.height, packed)


def _packed(image: Image.Image, way: str) -> bytes:
    written = io.BytesIO()
    image.save(written, way, quality=QUALITY)
    return written.getvalue()
