"""Pictures for tests, harmless and hostile ones."""

import io
import struct
import zlib

from PIL import Image, PngImagePlugin


def png(width: int = 40, height: int = 30, *, mode: str = "RGB", text: str = "") -> bytes:
    """A small picture; `text` lies beside its pixels."""
    told = PngImagePlugin.PngInfo()
    if text:
        told.add_text("Comment", text)
    return _written(Image.new(mode, (width, height), "red"), "PNG", pnginfo=told)


def jpeg(width: int = 40, height: int = 30, *, comment: bytes = b"", orientation: int = 0) -> bytes:
    picture = Image.new("RGB", (width, height), "blue")
    exif = picture.getexif()
    if orientation:
        exif[0x0112] = orientation
    exif[0x010E] = "taken at 52.1 N 4.3 E"
    return _written(picture, "JPEG", exif=exif, comment=comment)


def moving() -> bytes:
    """A GIF whose first frame is red, and its second one green."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green")]
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:], duration=50)
    return written.getvalue()


def bomb(side: int = 60_000) -> bytes:
    """A PNG of some hundred bytes that claims billions of pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + _chunk(b"IEND", b"")


def of_bytes(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _written(picture: Image.Image, form: str, **told: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, form, **told)
    return written.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=1"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><html><script>document.title='zqhostile'</script></html>"
