"""The counts of several searches as one. Pure."""

from collections.abc import Iterable

from desk.post import FeedSpec
from listener.query.native import Platform, asked, says_all
from listener.query.searches import spelled
from listener.source import Counted, Malformed, Sureness
from listener.sources.shared.asking import wanted_of_found
from listener.sources.shared.json_read import whole_of


def counted(totals: Iterable[object], *, at_least: bool = False, is_wider: bool = False) -> Counted:
    """Their sum. Two searches of one query may find the same post, so that their sum is more than there is. Raises Malformed.

    `at_least`: the platform stopped counting. `is_wider`: it counted posts, too, that the query does not ask for.
    """
    found = [whole_of(total) for total in totals]
    known = [total for total in found if total is not None and total >= 0]
    if len(known) < len(found):
        raise Malformed("the platform's answer holds no count")
    sure = Sureness.AT_LEAST if at_least else Sureness.ALL
    rather_less = Sureness.ABOUT if at_least else Sureness.AT_MOST
    return Counted(sum(known), rather_less if is_wider or len(known) > 1 else sure)


def is_wider(feed: FeedSpec, platform: Platform, *, is_blurred: bool) -> bool:
    """Whether the platform counts posts, too, that are left out here. Raises Refused."""
    matcher = wanted_of_found(feed, is_blurred=is_blurred).matcher
    if matcher is None:
        return False
    is_cut = len(spelled(asked(matcher.query, platform), platform)) > platform.longest
    return is_cut or not says_all(matcher.query, platform, is_blurred=is_blurred)
