"""Pictures that somebody attaches: written anew by `desk.intake.pictures`, as large as the platform takes them."""

from desk.errors import Invalid
from desk.intake import pictures
from desk.replies.attachments import Picture

LARGEST_UPLOAD = 20 * 1024 * 1024
SIDES = (4096, 2048, 1280, 800, 480)
ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}


def rewritten(name: str, body: bytes, *, largest: int) -> Picture:
    """The picture as a PNG or a JPEG of at most `largest` bytes, upright, the first frame of several. Raises Invalid for what is none."""
    stem = name.rpartition(".")[0] or name or "picture"
    try:
        for side in SIDES:
            written = pictures.rewritten(body, longest=side, see_through="PNG")
            if len(written.body) <= largest:
                return Picture(f"{stem}.{ENDINGS[written.media_type]}", written.media_type, written.body)
    except pictures.NotAPicture as error:
        raise Invalid("This is no picture that can be read: PNG, JPEG, WebP and GIF can") from error
    raise Invalid("The picture is too large, and making it smaller does not help")
