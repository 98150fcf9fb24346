"""What a case went through, told again from what is known of it: when its customer waited, was answered, and how it ended. Pure.

For cases from before answers, endings and pauses were written down at once. What does not fit together is not told at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from storage.words import Outcome


@dataclass(frozen=True, slots=True)
class Post:
    """What the customer wrote, as we saw it."""

    id: int
    posted_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that stands there, and since when we know. It knew posts up to `knew_id`, or, one from elsewhere, those that were posted by then."""

    at: datetime
    known_at: datetime
    person_id: int | None
    knew_id: int | None


@dataclass(frozen=True, slots=True)
class Closing:
    at: datetime
    person_id: int | None
    outcome: Outcome
    resolution_id: int | None


@dataclass(frozen=True, slots=True)
class Return:
    """The case came back; `mention_id`: by this post, None where a person opened it again."""

    at: datetime
    mention_id: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of one case, each kind in the order in which it happened."""

    seen_at: datetime
    posts: Sequence[Post]
    replies: Sequence[Reply]
    closings: Sequence[Closing]
    returns: Sequence[Return]


@dataclass(frozen=True, slots=True)
class Answered:
    """A time that the customer waited, and was answered."""

    since: datetime
    at: datetime
    is_first: bool
    person_id: int | None


@dataclass(slots=True)
class Ended:
    """A time that it was closed; `paused_s`: how long it had not waited for us until then. `back_at`: it came back."""

    closing: Closing
    paused_s: int
    back_at: datetime | None = None


@dataclass(slots=True)
class Told:
    """What became of the case. `pending_since`: it waits for its customer now, since then."""

    answers: list[Answered] = field(default_factory=list)
    ends: list[Ended] = field(default_factory=list)
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    pending_since: datetime | None = None

    @property
    def standing(self) -> Ended | None:
        return self.ends[-1] if self.ends and self.ends[-1].back_at is None else None


def replay(known: Known) -> Told:
    """The case once more, act by act."""
    told = _Replay(known)
    for _, _, act in sorted(_acts(known), key=lambda one: one[:2]):
        match act:
            case Post():
                told.heard(act)
            case Reply():
                told.answered(act)
            case Closing():
                told.closed(act)
            case Return():
                told.came_back(act.at)
    return told.told


def _acts(known: Known) -> list[tuple[datetime, int, Post | Reply | Closing | Return]]:
    """What happened at one instant happened in this order: a customer's post brings a case back before it is heard."""
    by_post = {one.mention_id: one for one in known.returns if one.mention_id is not None}
    posts = [(post.seen_at, 1, post) for post in known.posts]
    returns = [(post.seen_at, 0, by_post[post.id]) for post in known.posts if post.id in by_post]
    returned = [Return(seen_at, one.mention_id) for seen_at, _, one in returns]
    by_hand = [one for one in known.returns if one.mention_id is None]
    return [
        *posts,
        *((one.at, 0, one) for one in (*returned, *by_hand)),
        *((reply.known_at, 2, reply) for reply in known.replies),
        *((closing.at, 3, closing) for closing in known.closings),
    ]


class _Replay:
    """Where the case stands while its acts are told again, by the rules of the desk (upkeep, opening, pauses, endings)."""

    def __init__(self, known: Known) -> None:
        self.told = Told()
        self.waits: datetime | None = known.seen_at
        self.heard_so_far: list[Post] = []
        self.was_answered = self.is_closed = False

    def heard(self, post: Post) -> None:
        is_late = any(post.posted_at < earlier.posted_at for earlier in self.heard_so_far)
        self.heard_so_far.append(post)
        if self.is_closed or is_late:
            return
        self._resume(post.seen_at)
        self.waits = min(self.waits or post.seen_at, post.seen_at)

    def answered(self, reply: Reply) -> None:
        if self.is_closed or self.waits is None or not self._answers(reply, self.waits):
            return
        self.told.answers.append(Answered(self.waits, reply.at, not self.was_answered, reply.person_id))
        self.was_answered = True
        self.waits = min((post.seen_at for post in self._since(reply, self.waits) if not _knew(reply, post)), default=None)
        if self.waits is None:
            self.told.pending_since = reply.at

    def _answers(self, reply: Reply, waits: datetime) -> bool:
        """Not so for one from elsewhere to what was settled long ago."""
        return reply.knew_id is not None or any(_knew(reply, post) for post in self._since(reply, waits))

    def _since(self, reply: Reply, waits: datetime) -> list[Post]:
        """The posts that this answer may be about."""
        return [post for post in self.heard_so_far if reply.knew_id is not None or post.seen_at >= waits]

    def closed(self, closing: Closing) -> None:
        if self.is_closed:
            return
        self._resume(closing.at)
        paused = sum(int((until - since).total_seconds()) for since, until in self.told.pauses)
        self.told.ends.append(Ended(closing, paused))
        self.is_closed, self.waits = True, None

    def came_back(self, at: datetime) -> None:
        end = self.told.standing
        if end is None:
            return
        end.back_at = at
        self._pause(end.closing.at, at)
        self.is_closed, self.waits = False, at

    def _resume(self, at: datetime) -> None:
        since, self.told.pending_since = self.told.pending_since, None
        if since is not None:
            self._pause(since, at)

    def _pause(self, since: datetime, until: datetime) -> None:
        if until > since:
            self.told.pauses.append((since, until))


def _knew(reply: Reply, post: Post) -> bool:
    return post.id <= reply.knew_id if reply.knew_id is not None else post.posted_at <= reply.at
