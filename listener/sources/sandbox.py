"""A place to answer into that nobody reads: the sample workspace's replies end here."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from desk.post import OutgoingReply, Sent, Spent
from listener.settings import ListenerSettings


class SandboxReplier:
    """Accepts every reply and opens no connection. The same key gives the same reply, also after a restart."""

    idempotent = True

    def __init__(self, name: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.name = name
        self._clock = clock
        self._sent: dict[str, Sent] = {}

    def send(self, reply: OutgoingReply) -> Sent:
        made = sha256(reply.key.encode()).hexdigest()[:16]
        found = Sent(external_id=f"sandbox-{made}", url=f"https://sandbox.example/replies/{made}", sent_at=self._clock())
        return self._sent.setdefault(reply.key, found)

    def take_back(self, reply: OutgoingReply) -> tuple[Spent, ...]:
        """Forget it."""
        self._sent.pop(reply.key, None)
        return ()

    def correct(self, reply: OutgoingReply, text: str) -> tuple[Spent, ...]:
        """Nobody reads it, in these words or others."""
        del reply, text
        return ()

    def find(self, reply: OutgoingReply) -> Sent | None:
        """What this process accepted; an earlier one's replies are sent again, which makes no second one."""
        return self._sent.get(reply.key)


def sandbox(settings: ListenerSettings) -> SandboxReplier:
    """The sandbox as the registry makes it."""
    del settings
    return SandboxReplier("sandbox")
