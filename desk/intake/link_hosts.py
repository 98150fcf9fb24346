"""Where the links of a post lead that its text shows shortened or not at all: only the hosts are kept, for what fits by domain."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from sqlalchemy import delete
from sqlalchemy.orm import Session

from desk.intake.cleaning import Cleaned, plain
from storage.dialect import among, insert_new
from storage.models import LinkHost
from storage.search import fold

LONGEST = 255


def note(session: Session, new: Iterable[tuple[int, Cleaned]]) -> None:
    """Keep the hosts of these mentions' links."""
    rows = [{"mention_id": mention_id, "host": host} for mention_id, post in new for host in _hosts(post.post.links)]
    insert_new(session, LinkHost.__table__, rows, key=("mention_id", "host"))


def renote(session: Session, changed: Sequence[tuple[int, Cleaned]]) -> None:
    """The same for mentions that say something else now."""
    if changed:
        gone = delete(LinkHost).where(among(session, LinkHost.mention_id, [mention_id for mention_id, _ in changed]))
        session.execute(gone.execution_options(synchronize_session=False))
        note(session, changed)


def _hosts(links: Sequence[str]) -> list[str]:
    return sorted({host for link in links if 0 < len(host := host_of(link)) <= LONGEST})


def host_of(link: str) -> str:
    """The host of an address, folded and without `www.`; empty where it has none."""
    try:
        return fold(plain(urlsplit(link).hostname or "")).removeprefix("www.")
    except ValueError:
        return ""
