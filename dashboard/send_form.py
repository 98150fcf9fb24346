"""What the editor sends: one form, whether its reply leaves now or a second person reads it first."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SendForm:
    """A reply as its writer sees it. `key` was made when the form was first drawn: the same key twice is one reply.

    `seen_mention_id`, `seen_reply_id` and `seen_draft`: the newest that the form showed. `mention_id`: the post that it answers, else the
    customer's latest.
    """

    text: str
    key: str
    seen_mention_id: int
    seen_reply_id: int
    account_id: int
    mention_id: int | None = None
    seen_draft: int | None = None

    def asked(self) -> dict[str, Any]:
        """In the names of the desk's verbs."""
        return asdict(self)
