"""The counts of several searches as one. Pure."""

from collections.abc import Iterable

from listener.source import Counted, Malformed, Sureness
from listener.sources.shared.json_read import whole_of


def counted(totals: Iterable[object], *, at_least: bool = False) -> Counted:
    """Their sum. Two searches of one query may find the same post, so that their sum is more than there is. Raises Malformed."""
    found = [whole_of(total) for total in totals]
    known = [total for total in found if total is not None and total >= 0]
    if len(known) < len(found):
        raise Malformed("the platform's answer holds no count")
    sure = Sureness.AT_LEAST if at_least else Sureness.ALL
    several = Sureness.ABOUT if at_least else Sureness.AT_MOST
    return Counted(sum(known), several if len(known) > 1 else sure)
