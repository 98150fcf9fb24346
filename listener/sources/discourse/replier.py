"""Replies as a user of a Discourse forum; some forums let a moderator look first."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from desk.post import OutgoingReply, Sent, Spent
from desk.replies.wording import says_the_same
from listener.settings import ListenerSettings
from listener.source import Malformed, OutcomeUnknown, Refused, Rejected, Unauthorized, Unavailable
from listener.sources.discourse.client import NAME, SOURCE, opened, post_of, username
from listener.sources.discourse.parse import is_public
from listener.sources.shared.api import Api, list_of, mapping_of, now, text_of

MOST_REPLIES = 5
WAITING = "waiting:"
"""Before the id of a reply that a moderator has to let through."""


class DiscourseReplier:
    """Answers as a user of the forum. Discourse has no key against a second posting."""

    name = SOURCE
    idempotent = False

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock

    def send(self, reply: OutgoingReply) -> Sent:
        if reply.attachments:
            raise Rejected(f"no pictures are sent to {NAME} from here: remove them, or post it there", by_hand=True)
        api = self._opened(reply)
        parent = self._parent(api, reply)
        content = {"raw": reply.text, "topic_id": parent["topic_id"]}
        number = parent.get("post_number")
        try:
            given = api.write("POST", "/posts.json", {**content, "reply_to_post_number": number} if isinstance(number, int) else content)
        except Rejected:
            # A forum refuses what is too like the last post of the same user, in its own language: then it may be this very reply.
            if found := self.find(reply):
                return found
            raise
        return self._sent(api, reply, given)

    def find(self, reply: OutgoingReply) -> Sent | None:
        api = self._opened(reply)
        name = username(self._settings, reply.credential).lower()
        after = 1
        for _ in range(MOST_REPLIES):
            answers = self._answers(api, reply.parent_id, after)
            for answer in answers:
                if text_of(answer.get("username")).lower() == name and self._is_it(api, answer, reply):
                    return self._sent(api, reply, answer)
            numbers = [answer["post_number"] for answer in answers if isinstance(answer.get("post_number"), int)]
            if not numbers or max(numbers) <= after:
                return self._waiting(api, reply, name)
            after = max(numbers)
        raise Unavailable("the answers to this post could not be read to the end: there are too many")

    def take_back(self, reply: OutgoingReply) -> tuple[Spent, ...]:
        """Delete it; one that is gone already is as good."""
        api, external_id = self._opened(reply), _posted(reply)
        if post_of(api, external_id) is not None:
            api.write("DELETE", f"/posts/{external_id}.json")
        return ()

    def correct(self, reply: OutgoingReply, text: str) -> tuple[Spent, ...]:
        """Reword it; the forum keeps and shows the older version."""
        self._opened(reply).write("PUT", f"/posts/{_posted(reply)}.json", {"post": {"raw": text}})
        return ()

    def _opened(self, reply: OutgoingReply) -> Api:
        self._settings.credential(reply.credential, SOURCE).secret("api_key")
        if not username(self._settings, reply.credential):
            raise Unauthorized(f"credential {reply.credential!r} does not say whose key it is: set username at it")
        return opened(self._settings, reply.credential, {}, self._clock)

    def _parent(self, api: Api, reply: OutgoingReply) -> Mapping[str, Any]:
        parent = post_of(api, reply.parent_id)
        if parent is None or not is_public(parent) or not isinstance(parent.get("topic_id"), int):
            raise Rejected("the post is gone, or not public any more: there is nothing to answer")
        return parent

    def _answers(self, api: Api, parent_id: str, after: int) -> list[Mapping[str, Any]]:
        try:
            given, answer = api.get(f"/posts/{parent_id}/replies.json", {"after": after})
        except Refused:
            return []
        if not isinstance(given, list):
            raise Malformed(f"{NAME}'s answer lists no replies", answer.body[:10_000])
        return [mapping_of(one) for one in given]

    def _is_it(self, api: Api, answer: Mapping[str, Any], reply: OutgoingReply) -> bool:
        whole = answer if text_of(answer.get("raw")) else post_of(api, str(answer.get("id"))) or {}
        said = text_of(whole.get("raw"))
        return " ".join(said.split()) == " ".join(reply.text.split()) or says_the_same(reply.text, said)

    def _waiting(self, api: Api, reply: OutgoingReply, name: str) -> Sent | None:
        """The reply among those that wait for a moderator; forums that show no such list have none waiting for this user."""
        try:
            given, _ = api.get(f"/posts/{quote(name, safe='')}/pending.json")
        except Refused:
            return None
        listed = given if isinstance(given, list) else list_of(mapping_of(given).get("pending_posts"))
        for one in map(mapping_of, listed):
            if says_the_same(reply.text, text_of(one.get("raw_text")) or text_of(one.get("raw"))):
                return Sent(f"{WAITING}{one.get('id')}", reply.parent_url, self._clock())
        return None

    def _sent(self, api: Api, reply: OutgoingReply, given: Any) -> Sent:
        answer = mapping_of(given)
        if answer.get("action") == "enqueued":
            waiting = mapping_of(answer.get("pending_post")).get("id")
            return Sent(f"{WAITING}{waiting or reply.id}", reply.parent_url, self._clock())
        posted = mapping_of(answer.get("post")) or answer
        if not isinstance(posted.get("id"), int):
            raise OutcomeUnknown(f"{NAME} took the reply but does not show it: it may wait for a moderator")
        public = reply.parent_url.partition("/t/")[0] if "/t/" in reply.parent_url else api.door.base
        slug, topic, number = posted.get("topic_slug") or "-", posted.get("topic_id"), posted.get("post_number")
        url = f"{public}/t/{slug}/{topic}/{number}" if topic and number else reply.parent_url
        return Sent(str(posted["id"]), url, _earlier(posted, self._clock()))


def _earlier(posted: Mapping[str, Any], moment: datetime) -> datetime:
    try:
        said = datetime.fromisoformat(text_of(posted.get("created_at")))
    except ValueError:
        return moment
    return min(said if said.tzinfo else said.replace(tzinfo=UTC), moment)


def _posted(reply: OutgoingReply) -> str:
    if not reply.external_id.isdigit():
        raise Rejected("this reply waits for a moderator of the forum: only there it can be changed", by_hand=True)
    return reply.external_id
