"""Answers to reviews in the App Store: one for each review, shown some hours after it was given.

https://developer.apple.com/documentation/appstoreconnectapi/customer-review-responses
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from desk.post import OutgoingReply, Sent, Spent
from desk.replies.wording import says_the_same
from listener.settings import ListenerSettings
from listener.source import OutcomeUnknown, Rejected
from listener.sources.shared.api import Api, instant_of, mapping_of, now, text_of
from listener.sources.stores.appstore import NAME, SOURCE, opened, read_one
from listener.sources.stores.appstore_parse import RESPONSES, REVIEWS


class AppStoreReplier:
    """Answers as the developer of the app. Another answer takes the place of the first; the same one twice is one."""

    name = SOURCE
    # Not so for a reply that comes late, out of a backup: it must be looked for, or it replaces a newer one.
    idempotent = False

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock

    def send(self, reply: OutgoingReply) -> Sent:
        if reply.attachments:
            raise Rejected("an answer in the App Store is text only: remove the pictures")
        return self._put(reply, reply.text)

    def find(self, reply: OutgoingReply) -> Sent | None:
        found = self._standing(self._opened(reply), reply)
        if found is None or not says_the_same(reply.text, text_of(mapping_of(found.get("attributes")).get("responseBody"))):
            return None
        return self._sent(reply, found)

    def take_back(self, reply: OutgoingReply) -> tuple[Spent, ...]:
        """Delete it; one that is gone already is as good."""
        api = self._opened(reply)
        found = self._standing(api, reply)
        if found is not None:
            api.write("DELETE", f"/v1/{RESPONSES}/{quote(text_of(found.get('id')), safe='')}")
        return ()

    def correct(self, reply: OutgoingReply, text: str) -> tuple[Spent, ...]:
        """Put another text in its place."""
        self._put(reply, text)
        return ()

    def _opened(self, reply: OutgoingReply) -> Api:
        return opened(self._settings, reply.credential, self._clock)

    def _put(self, reply: OutgoingReply, text: str) -> Sent:
        review = {"data": {"type": REVIEWS, "id": reply.parent_id}}
        content = {"type": RESPONSES, "attributes": {"responseBody": text}, "relationships": {"review": review}}
        given = self._opened(reply).write("POST", f"/v1/{RESPONSES}", {"data": content})
        return self._sent(reply, mapping_of(mapping_of(given).get("data")))

    def _standing(self, api: Api, reply: OutgoingReply) -> Mapping[str, Any] | None:
        return read_one(api, f"/v1/{REVIEWS}/{quote(reply.parent_id, safe='')}/response")

    def _sent(self, reply: OutgoingReply, response: Mapping[str, Any]) -> Sent:
        number = text_of(response.get("id"))
        if not number:
            raise OutcomeUnknown(f"{NAME} took the answer, but what it says of it cannot be read")
        said = instant_of(mapping_of(response.get("attributes")).get("lastModifiedDate"))
        return Sent(number, reply.parent_url, min(said, self._clock()) if said else self._clock())
