"""The pictures of a post as the conversation draws them. Pure."""

from typing import Any

from dashboard.texts import text
from dashboard.texts.spoken import say
from desk.intake.media import MediaView
from storage.words import MediaState


def media_blocks(views: tuple[MediaView, ...], *, is_blurred: bool) -> list[dict[str, Any]]:
    """Each picture with the address of our own copy, or with words for why there is none to see."""
    return [_block(view, place, len(views), is_blurred=is_blurred) for place, view in enumerate(views, start=1)]


def _block(view: MediaView, place: int, of: int, *, is_blurred: bool) -> dict[str, Any]:
    is_there = view.state is MediaState.READY
    alt = view.alt or text(f"media.{view.kind}.unnamed", n=place, of=of)
    return {
        "id": view.id,
        "url": f"/board/media/{view.id}" if is_there else "",
        "alt": alt,
        "caption": view.alt,
        "kind": text(f"media.{view.kind}"),
        "width": view.width or 0,
        "height": view.height or 0,
        "words": "" if is_there else text(f"media.{view.state}", reason=say(view.error)),
        "blurred": is_blurred and is_there,
    }
