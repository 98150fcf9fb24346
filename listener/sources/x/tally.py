"""What X has been asked for in one look, as it bills it: page by page, whether or not the look comes to its end."""

from dataclasses import dataclass, field

from desk import platforms
from desk.post import Spent
from listener import bill
from listener.sources.shared.wire import Answer
from listener.sources.x.parse import XPage


@dataclass(slots=True)
class Tally:
    """X charges an object once a day, so that what comes twice in a look is counted once. `read`: what it calls the items that are read."""

    read: str = "post_read"
    _items: set[int] = field(default_factory=set)
    _users: set[str] = field(default_factory=set)
    _media: set[str] = field(default_factory=set)
    _accounts: int = 0

    def page(self, page: XPage) -> XPage:
        """A page that was read is billed."""
        items, users, media = set(page.ids) - self._items, page.users - self._users, page.media - self._media
        self._items |= items
        self._users |= users
        self._media |= media
        bill.charge(*_priced(self.read, len(items), len(users), len(media)))
        return page

    def account(self, answer: Answer) -> Answer:
        """So is an account that was asked for by itself."""
        self._accounts += 1
        bill.charge(*_priced(self.read, 0, 1, 0))
        return answer

    def others(self, users: int) -> None:
        """Authors that were read by themselves, and billed then."""
        self._accounts += users

    def costs(self) -> tuple[Spent, ...]:
        return _priced(self.read, len(self._items), len(self._users) + self._accounts, len(self._media))


def _priced(read: str, items: int, users: int, media: int) -> tuple[Spent, ...]:
    counted = ((read, items), ("user_read", users), ("media_read", media))
    return tuple(platforms.price("x", kind, count) for kind, count in counted if count)
