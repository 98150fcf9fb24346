"""Pictures for X: uploaded before the reply is posted, so that whatever fails here has surely posted nothing.

https://docs.x.com/x-api/media/upload-media and https://docs.x.com/x-api/media/create-metadata-for-media, read 2026-11-22. tweepy 4.17 knows the
old interface's upload only, which X has switched off; its client asks for any route.
"""

import logging
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime

from desk.post import OutgoingAttachment
from listener.source import Refused, Rejected, SourceError
from listener.sources.x.client import XClient
from listener.sources.x.errors import document, problem

log = logging.getLogger(__name__)

UPLOAD, METADATA = "/2/media/upload", "/2/media/metadata"


def upload(client: XClient, pictures: Sequence[OutgoingAttachment], now: datetime) -> list[str]:
    """The ids under which X keeps the pictures for a while. Raises SourceError; a description that X does not take stops nothing."""
    return [_upload(client, picture, now) for picture in pictures]


def _upload(client: XClient, picture: OutgoingAttachment, now: datetime) -> str:
    content = {"media": b64encode(picture.body).decode(), "media_category": "tweet_image", "media_type": picture.media_type}
    answer = client.write("POST", UPLOAD, content)
    if not 200 <= answer.status < 300:
        error = problem(answer, now)
        raise Rejected(f"X does not take the picture {picture.name}: {error}") if isinstance(error, Refused) else error
    given = document(answer)
    data = given.get("data") if isinstance(given, dict) else None
    if not isinstance(data, dict) or not str(data.get("id", "")).isdigit():
        raise _unread(picture)
    media_id = str(data["id"])
    if picture.alt:
        _describe(client, media_id, picture.alt)
    return media_id


def _unread(picture: OutgoingAttachment) -> SourceError:
    # Not Malformed: nothing was posted yet, so that there is nothing to look for.
    return Rejected(f"X took the picture {picture.name}, but its answer cannot be read: try again")


def _describe(client: XClient, media_id: str, alt: str) -> None:
    try:
        answer = client.write("POST", METADATA, {"id": media_id, "metadata": {"alt_text": {"text": alt}}})
    except SourceError as error:
        log.warning("x: a picture goes without its description: %s", type(error).__name__)
    else:
        if not 200 <= answer.status < 300:
            log.warning("x: a picture goes without its description: status %d", answer.status)
