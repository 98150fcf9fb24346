"""Who wrote the posts of a page: read apart from them, since X bills a user at twice the price of a post, and known ones need not be read.

An expansion brings, and bills, every author of every page anew; GET /2/users brings those that are asked for
(https://docs.x.com/x-api/users/get-users-by-ids, 100 at once; prices: https://docs.x.com/x-api/getting-started/pricing, both read 2026-11-22).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from desk import platforms
from desk.post import Post, PostAuthor
from listener import authors, bill
from listener.source import SourceError
from listener.sources.x.client import XClient
from listener.sources.x.parse import Item, beside_of, document_of, listed, mapping, number_of, text_of

USERS = "/2/users"
FIELDS = "name,public_metrics,username"
AT_ONCE = 100


@dataclass(slots=True)
class People:
    """The authors of one look, each asked for once. What cannot be read now is a note, and is read when they write again."""

    client: XClient
    site: str = ""
    users: dict[str, Item] = field(default_factory=dict)
    read_at: dict[str, datetime] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    asked_for: int = 0
    _tried: set[str] = field(default_factory=set)

    def meet(self, body: bytes) -> None:
        """Come to know the authors of an answer's posts, as far as they do not come with it."""
        document = document_of(body)
        beside = beside_of(mapping(document.get("includes")))
        self._read_now(beside.users)
        writers = [one for one in _writers(document) if one not in self._tried]
        self._remember([one for one in writers if one not in self.users])
        unknown = [one for one in writers if one not in self.users]
        for start in range(0, len(unknown), AT_ONCE):
            self._ask(unknown[start : start + AT_ONCE])

    def dated(self, post: Post) -> Post:
        """The same post, with when X was last asked for its author."""
        return replace(post, author=replace(post.author, read_at=self.read_at.get(post.author.external_id)))

    def _remember(self, ids: Sequence[str]) -> None:
        for external_id, author in authors.known("x", self.site, ids).items():
            self.users[external_id] = _item(author)
            if author.read_at is not None:
                self.read_at[external_id] = author.read_at

    def _read_now(self, users: Mapping[str, Item]) -> None:
        self.users |= users
        self.read_at |= dict.fromkeys(users, datetime.now(UTC))

    def _ask(self, ids: Sequence[str]) -> None:
        self._tried |= set(ids)
        try:
            answer = self.client.get(USERS, {"ids": ",".join(ids), "user.fields": FIELDS})
            found = beside_of({"users": listed(document_of(answer.body), "data")}).users
        except SourceError as error:
            self.notes.append(f"some authors were not read: {error}")
            return
        self.asked_for += len(found)
        if found:
            bill.charge(platforms.price("x", "user_read", len(found)))
        self._read_now(found)


def _writers(document: Item) -> list[str]:
    found = (text_of(mapping(item).get("author_id")) for item in listed(document, "data"))
    return [one for one in dict.fromkeys(found) if number_of(one) is not None]


def _item(author: PostAuthor) -> Item:
    followers = {} if author.reach is None else {"public_metrics": {"followers_count": author.reach}}
    return {"id": author.external_id, "username": author.handle, "name": author.name, **followers}
