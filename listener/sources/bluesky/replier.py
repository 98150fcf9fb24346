"""Answers on Bluesky. A public one is a record whose name follows from the reply's key: written twice it stands there once, and is found by its name.

A private one is a message, for which Bluesky has no key: where its fate is unknown it is looked for in the conversation.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from desk import platforms
from desk.intake.pictures import NotAPicture, rewritten
from desk.post import OutgoingAttachment, OutgoingReply, Sent, Spent
from listener.settings import ListenerSettings
from listener.source import OutcomeUnknown, Refused, Rejected, SourceError
from listener.sources.bluesky import messages
from listener.sources.bluesky.client import BlueskyClient, links_and_tags, names
from listener.sources.bluesky.errors import Gone, problem, reply_problem
from listener.sources.bluesky.parse import COLLECTION, MENTION, SHUT, address_of, key_of, text_of
from listener.sources.bluesky.source import BlueskyClients
from listener.sources.shared.json_read import instant, mapping, mappings
from listener.sources.shared.wire import Answer, document

LONGEST, LONGEST_BYTES = 300, 3_000
LARGEST_PICTURE = 1_000_000
SIDES = (1280, 1000, 800, 600, 400)
MOST_NAMES = 8
ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
FIRST_MOMENT = 1_704_067_200_000_000
"""2024 in microseconds. Names of records look like instants; ours are spread over two years that have passed."""


def _now() -> datetime:
    return datetime.now(UTC)


class BlueskyReplier:
    """Answers as an account of Bluesky."""

    name = "bluesky"
    idempotent = True

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = _now) -> None:
        self._clients = BlueskyClients(settings)
        self._clock = clock

    def may_repeat(self, reply: OutgoingReply) -> bool:
        """Bluesky's messages have no key."""
        return not reply.is_private

    def send(self, reply: OutgoingReply) -> Sent:
        _require_fit(reply)
        client = self._clients.of(reply.credential)
        if reply.is_private:
            return messages.send(client, reply, now=self._clock())
        record = self._record(client, reply)
        told = {"repo": client.session.did, "collection": COLLECTION, "rkey": record_key(reply.key), "record": record}
        answer = client.post("com.atproto.repo.createRecord", told)
        if 200 <= answer.status < 300:
            return self._sent(answer)
        error = reply_problem(answer, self._clock())
        if isinstance(error, Rejected | OutcomeUnknown) and (earlier := self._earlier(reply, error)):
            return earlier
        raise error

    def find(self, reply: OutgoingReply) -> Sent | None:
        """By its name in the account's own repository, which knows at once what was written."""
        client = self._clients.of(reply.credential)
        if reply.is_private:
            return messages.find(client, reply)
        try:
            answer = client.ask(
                "com.atproto.repo.getRecord", {"repo": client.session.did, "collection": COLLECTION, "rkey": record_key(reply.key)}
            )
        except Gone:
            return None
        except Refused as error:
            # Servers differ in how they call it; a record that is not there is the only thing that they have to refuse.
            if "could not locate record" in str(error).lower():
                return None
            raise
        given = mapping(document(answer))
        uri = text_of(given.get("uri"))
        written_at = instant(mapping(given.get("value")).get("createdAt")) or self._clock()
        return Sent(uri, address_of(uri), written_at) if uri else None

    def take_back(self, reply: OutgoingReply) -> tuple[Spent, ...]:
        """Delete it; Bluesky answers the same for one that is gone already. It shows no edits, so that there is no `correct`."""
        client = self._clients.of(reply.credential)
        did = client.session.did
        if not reply.external_id.startswith(f"at://{did}/{COLLECTION}/"):
            raise Refused("this reply does not lie with the account of the credential: delete it there")
        answer = client.write("com.atproto.repo.deleteRecord", {"repo": did, "collection": COLLECTION, "rkey": key_of(reply.external_id)})
        if not 200 <= answer.status < 300:
            error = problem(answer, self._clock())
            if not isinstance(error, Gone):
                raise error
        return ()

    def _earlier(self, reply: OutgoingReply, refused: SourceError) -> Sent | None:
        """Whether it is refused because it stands there already."""
        try:
            return self.find(reply)
        except SourceError as error:
            raise OutcomeUnknown(f"{refused}; and it cannot be looked for: {error}") from error

    def _record(self, client: BlueskyClient, reply: OutgoingReply) -> dict[str, Any]:
        parent, root = _places(client, reply)
        facets = [*links_and_tags(reply.text), *_mentions(client, reply)]
        record: dict[str, Any] = {
            "$type": COLLECTION,
            "text": reply.text,
            "createdAt": self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "reply": {"root": root, "parent": parent},
        }
        if facets:
            record["facets"] = sorted(facets, key=lambda facet: facet["index"]["byteStart"])
        if reply.attachments:
            images = [{"alt": picture.alt, "image": self._uploaded(client, picture)} for picture in reply.attachments]
            record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
        return record

    def _uploaded(self, client: BlueskyClient, picture: OutgoingAttachment) -> Mapping[str, Any]:
        body, media_type = fitted(picture)
        answer = client.upload(body, media_type)
        if not 200 <= answer.status < 300:
            error = problem(answer, self._clock())
            raise Rejected(f"Bluesky does not take the picture {picture.name}: {error}") if isinstance(error, Refused) else error
        blob = mapping(mapping(document(answer)).get("blob"))
        if not blob:
            raise Rejected(f"Bluesky took the picture {picture.name}, but its answer cannot be read: try again")
        return blob

    def _sent(self, answer: Answer) -> Sent:
        uri = text_of(mapping(document(answer)).get("uri"))
        if not uri:
            raise OutcomeUnknown("Bluesky took the reply, but its answer cannot be read")
        return Sent(uri, address_of(uri), self._clock())


def record_key(key: str) -> str:
    """The name of the record of a reply: always the same for its key, in the form of a TID (https://atproto.com/specs/tid)."""
    spread = int.from_bytes(sha256(key.encode()).digest()[:7])
    number = FIRST_MOMENT + (spread >> 10) << 10 | spread & 1023
    return "".join(ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def fitted(picture: OutgoingAttachment) -> tuple[bytes, str]:
    """A picture as Bluesky takes it: made smaller until it is. Raises Rejected."""
    if len(picture.body) <= LARGEST_PICTURE:
        return picture.body, picture.media_type
    for side in SIDES:
        try:
            smaller = rewritten(picture.body, longest=side, see_through="PNG")
        except NotAPicture as error:
            raise Rejected(f"the picture {picture.name} cannot be sent: {error}") from error
        if len(smaller.body) <= LARGEST_PICTURE:
            return smaller.body, smaller.media_type
    raise Rejected(f"the picture {picture.name} is too large for Bluesky: remove it")


def _require_fit(reply: OutgoingReply) -> None:
    size = platforms.length("bluesky", reply.text)
    longest, most_bytes = (messages.LONGEST, messages.LONGEST_BYTES) if reply.is_private else (LONGEST, LONGEST_BYTES)
    if size > longest or len(reply.text.encode()) > most_bytes:
        raise Rejected(f"Bluesky takes {longest} signs, this has {size}: make it shorter")


def _places(client: BlueskyClient, reply: OutgoingReply) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The post that is answered, and the one that began the conversation, each with what tells its version. Raises Rejected when it is gone."""
    given = mapping(document(client.ask("app.bsky.feed.getPosts", {"uris": [reply.parent_id]})))
    post = next((one for one in mappings(given.get("posts")) if one.get("uri") == reply.parent_id), None)
    if post is None:
        raise Rejected("The post is gone: Bluesky does not show it any more")
    if mapping(post.get("viewer")).get("replyDisabled") is True:
        raise Rejected(f"Bluesky does not take this reply: {SHUT}")
    parent = {"uri": reply.parent_id, "cid": text_of(post.get("cid"))}
    above = mapping(mapping(mapping(post.get("record")).get("reply")).get("root"))
    root = {name: text_of(above.get(name)) for name in ("uri", "cid")}
    return parent, root if all(root.values()) else parent


def _mentions(client: BlueskyClient, reply: OutgoingReply) -> list[dict[str, Any]]:
    """Whom the text names, as Bluesky knows them; a name that nobody has stays text."""
    found = []
    known = {reply.author_handle.lstrip("@").lower(): reply.author_id}
    for handle, start, end in names(reply.text)[:MOST_NAMES]:
        if handle not in known:
            known[handle] = _did_of(client, handle)
        if known[handle].startswith("did:"):
            features = [{"$type": MENTION, "did": known[handle]}]
            found.append({"index": {"byteStart": start, "byteEnd": end}, "features": features})
    return found


def _did_of(client: BlueskyClient, handle: str) -> str:
    try:
        return text_of(mapping(document(client.ask("com.atproto.identity.resolveHandle", {"handle": handle}))).get("did"))
    except Refused:
        return ""
