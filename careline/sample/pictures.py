"""The sample workspace's few pictures: drawn here, so that no file has to be shipped and no network asked."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.intake.pictures import rewritten
from desk.post import PostMedia
from storage.models import Media
from storage.words import MediaKind, MediaState

SCHEME = "sample:"
DARK, PALE, RED, GREEN, BLUE = "#1c2430", "#f3f1ea", "#d33a2c", "#3c8f5a", "#3a6ea5"

Draw = Callable[[ImageDraw.ImageDraw], None]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that a post of the sample shows. `alt` as its author would have described it; most describe nothing."""

    draw: Draw
    ground: str
    alt: str = ""
    kind: MediaKind = MediaKind.PICTURE


def _words(canvas: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, fill: str) -> None:
    canvas.text(at, text, fill=fill, font=ImageFont.load_default(size))


def _hub(canvas: ImageDraw.ImageDraw) -> None:
    canvas.rounded_rectangle((220, 120, 580, 470), 40, fill="#fbfbf8", outline="#c9c5b8", width=4)
    canvas.ellipse((372, 270, 428, 326), fill=RED)
    _words(canvas, (330, 400), "brindle hub", 26, "#8a8678")


def _speed(canvas: ImageDraw.ImageDraw) -> None:
    canvas.arc((200, 110, 600, 510), 150, 390, fill="#39465a", width=34)
    canvas.arc((200, 110, 600, 510), 150, 156, fill=RED, width=34)
    _words(canvas, (350, 240), "11", 110, "white")
    _words(canvas, (330, 380), "Mb/s of 500", 30, "#9fb0c6")
    _words(canvas, (60, 520), "18:04   ping 71 ms   upload 2.1", 26, "#9fb0c6")


def _chat(canvas: ImageDraw.ImageDraw) -> None:
    canvas.rounded_rectangle((60, 80, 520, 170), 24, fill="#e4e8ef")
    _words(canvas, (90, 105), "Hi! How can I help today?", 30, DARK)
    canvas.rounded_rectangle((300, 210, 740, 300), 24, fill=BLUE)
    _words(canvas, (330, 235), "My bill is wrong", 30, "white")
    canvas.rounded_rectangle((60, 340, 600, 430), 24, fill="#e4e8ef")
    _words(canvas, (90, 365), "javascript:alert('brindle')", 30, RED)


def _sheet(canvas: ImageDraw.ImageDraw) -> None:
    for place, height in enumerate((310, 280, 300, 120, 70, 90, 60, 75)):
        left = 80 + place * 82
        canvas.rectangle((left, 480 - height, left + 56, 480), fill=GREEN if height > 200 else RED)
    _words(canvas, (80, 510), "Mb/s at 8 pm, by Friday", 28, DARK)


def _scrawl(canvas: ImageDraw.ImageDraw) -> None:
    canvas.rectangle((160, 60, 640, 540), fill="white", outline="#c9c5b8", width=3)
    for line in range(9):
        canvas.line((200, 130 + line * 38, 560 - line % 3 * 60, 130 + line * 38), fill="#b9b4a6", width=8)
    canvas.ellipse((380, 400, 620, 520), outline=RED, width=12)


DRAWINGS: Mapping[str, tuple[Drawing, ...]] = {
    "x-001": (Drawing(_hub, PALE, "A white Brindle hub with a red light"),),
    "x-153": (Drawing(_chat, "white", "Screenshot of the web chat: it answers with a line of code"),),
    "x-158": (Drawing(_speed, DARK), Drawing(_hub, PALE, "The hub, its light is red", MediaKind.VIDEO)),
    "reddit-100": (Drawing(_sheet, PALE, "Bars of download speed, falling since the fourth Friday"),),
    "discourse-110": (Drawing(_scrawl, PALE),),
}
"""By the id of the post."""


def media_of(post_id: str) -> tuple[PostMedia, ...]:
    """What a post of the sample shows."""
    return tuple(PostMedia(one.kind, f"{SCHEME}{post_id}/{place}", one.alt) for place, one in enumerate(DRAWINGS.get(post_id, ())))


def draw_all(session: Session) -> None:
    """Keep the pictures that wait, as the listener keeps those that it fetched."""
    for kept in session.scalars(select(Media).where(Media.state == MediaState.WAITING, Media.url.startswith(SCHEME)).order_by(Media.id)):
        picture = rewritten(_drawn(kept.url))
        kept.media_type, kept.width, kept.height, kept.body = picture.media_type, picture.width, picture.height, picture.body
        kept.state, kept.fetched_at, kept.next_at = MediaState.READY, kept.next_at, None


def _drawn(url: str) -> bytes:
    post_id, _, place = url.removeprefix(SCHEME).partition("/")
    one = DRAWINGS[post_id][int(place)]
    picture = Image.new("RGB", (800, 600), one.ground)
    one.draw(ImageDraw.Draw(picture))
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
