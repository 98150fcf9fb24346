"""How long what is kept: after so many days the words, the raw payload, the pictures or the author's name of a mention go, each by its source.

Days are counted from when a mention was stored, so that its age follows its id: a place in the ids is all that has to be remembered. The
labels and the counts stay; so does the row, whose hash keeps the same post from coming back as an edit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, cast, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from desk.access import cases_to_change
from desk.intake import media
from desk.labels import label_examples
from desk.settings import DeskSettings
from storage import search
from storage.dialect import among, upsert
from storage.models import Audit, Author, Case, Embedding, Fact, LabelExample, LinkHost, Media, Mention, MentionRaw, MentionRevision

AT_ONCE = 200
EVERYWHERE = "default"
"""The retention of each source that has none of its own; records that belong to no case have this one."""

AT_HOUR = 3
"""When the night begins, by the workspace's clock."""

NIGHT = "retention_night"
KINDS = ("text", "raw", "media", "author", "audit")


NAMED = or_(Author.handle != "", Author.name != "", Author.url != "")


class Part(NamedTuple):
    """One kind of data of one source. `source` is `default` for all that have nothing of their own: `but` names those."""

    kind: str
    source: str
    days: int
    but: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        return f"retention_{self.kind}_{self.source}"[:40]


@dataclass(frozen=True, slots=True)
class Due:
    """How much of one kind would go."""

    kind: str
    source: str
    days: int
    count: int


def parts(settings: DeskSettings) -> list[Part]:
    """What goes at all."""
    given = settings.retention
    found = []
    for kind in KINDS:
        own = {source: getattr(kept, kind) for source, kept in given.items() if source != EVERYWHERE and getattr(kept, kind) is not None}
        found += [Part(kind, source, days) for source, days in sorted(own.items()) if days]
        everywhere = getattr(given.get(EVERYWHERE), kind, None)
        if everywhere:
            found.append(Part(kind, EVERYWHERE, everywhere, tuple(sorted(own))))
    return found


def due(session: Session, settings: DeskSettings, *, now: datetime) -> list[Due]:
    """What would go now: a dry run. It counts, which takes as long as looking at all that is old enough."""
    return [Due(part.kind, part.source, part.days, _count(session, part, now)) for part in parts(settings)]


def sweep(session: Session, settings: DeskSettings, *, now: datetime) -> int:
    """A batch of the first kind of which something is to go; how many rows were looked at, 0 when the night's work is done."""
    for part in parts(settings):
        looked = _step(session, part, now)
        if looked:
            return looked
    return 0


def is_night(session: Session, settings: DeskSettings, *, now: datetime) -> bool:
    """Whether this night's work is still to be done."""
    local = now.astimezone(ZoneInfo(settings.zone))
    done = session.scalar(select(Fact.value).where(Fact.name == NIGHT))
    return bool(settings.retention) and local.hour >= AT_HOUR and done != local.date().isoformat()


def night_done(session: Session, settings: DeskSettings, *, now: datetime) -> None:
    _remember(session, NIGHT, now.astimezone(ZoneInfo(settings.zone)).date().isoformat())


def _step(session: Session, part: Part, now: datetime) -> int:
    place = int(session.scalar(select(Fact.value).where(Fact.name == part.place)) or 0)
    table: Any = Audit if part.kind == "audit" else Mention
    at = Audit.at if table is Audit else Mention.seen_at
    rows = session.execute(select(table.id, at).where(table.id > place).order_by(table.id).limit(AT_ONCE)).all()
    ids = [row.id for row in takewhile(lambda row: row[1] < now - timedelta(days=part.days), rows)]
    if part.kind == "text" and part.source == EVERYWHERE:
        label_examples.forget_pasted(session, before=now - timedelta(days=part.days))
    if not ids:
        return 0
    GO[part.kind](session, _of_part(session, part, ids))
    _remember(session, part.place, str(ids[-1]))
    return len(ids)


def _of_part(session: Session, part: Part, ids: Sequence[int]) -> list[int]:
    table: Any = Audit if part.kind == "audit" else Mention
    return list(session.scalars(_theirs(part, select(table.id)).where(among(session, table.id, list(ids))).order_by(table.id)))


def _theirs(part: Part, query: Select[Any]) -> Select[Any]:
    """The rows of the part's source; a record's source is that of its case."""
    if part.kind == "audit":
        query = query.outerjoin(Case, Case.id == Audit.case_id)
        source: Any = Case.source
    else:
        source = Mention.source
    if part.source != EVERYWHERE:
        return query.where(source == part.source)
    return query.where(or_(source.is_(None), source.not_in(part.but))) if part.but else query


def _text_goes(session: Session, ids: Sequence[int]) -> None:
    written = or_(Mention.text != "", Mention.title != "")
    rows = session.scalars(select(Mention).where(among(session, Mention.id, ids), written).with_for_update(key_share=True)).all()
    for mention in rows:
        search.change(session, mention.id, before=search.Text(mention.title, mention.text), after=None)
        mention.title = mention.text = mention.capability_reason = ""
    session.flush()
    for table in (MentionRevision, Embedding, LabelExample, LinkHost):
        _delete(session, table, ids)
    theirs = select(Case.id).where(among(session, Case.id, sorted({row.case_id for row in rows if row.case_id})), _has_no_words())
    for case in cases_to_change(session, session.scalars(theirs).all()).values():
        case.preview = case.searched = ""
        case.version += 1


def _has_no_words() -> ColumnElement[bool]:
    posts = aliased(Mention)
    return ~exists().where(posts.case_id == Case.id, ~posts.is_own, posts.text != "")


def _raw_goes(session: Session, ids: Sequence[int]) -> None:
    _delete(session, MentionRaw, ids)


def _media_goes(session: Session, ids: Sequence[int]) -> None:
    media.erase(session, ids)


def _author_goes(session: Session, ids: Sequence[int]) -> None:
    """Whose last mention is among these has no name here any more; who writes again brings it back."""
    later = aliased(Mention)
    last = select(Mention.author_id).where(among(session, Mention.id, ids))
    wrote_since = exists().where(later.author_id == Author.id, later.id > max(ids, default=0))
    gone = session.scalars(select(Author.id).where(Author.id.in_(last), ~wrote_since, NAMED).order_by(Author.id)).all()
    blank = {"handle": "", "name": "", "url": "", "reach": None}
    session.execute(update(Author).where(among(session, Author.id, gone)).values(**blank).execution_options(synchronize_session=False))
    # On many platforms the address of a post holds its author's name.
    posts = update(Mention).where(among(session, Mention.author_id, gone), Mention.url != "").values(url="")
    session.execute(posts.execution_options(synchronize_session=False))
    theirs = session.scalars(select(Case.id).where(among(session, Case.author_id, gone), Case.author_name != "")).all()
    for case in cases_to_change(session, theirs).values():
        case.author_name, case.reach, case.searched = "", None, ""
        case.version += 1


def _audit_goes(session: Session, ids: Sequence[int]) -> None:
    """Who did what and when stays; what was said of it goes."""
    theirs = update(Audit).where(among(session, Audit.id, ids)).values(detail={})
    session.execute(theirs.execution_options(synchronize_session=False))


GO: Mapping[str, Callable[[Session, Sequence[int]], None]] = MappingProxyType(
    {"text": _text_goes, "raw": _raw_goes, "media": _media_goes, "author": _author_goes, "audit": _audit_goes}
)


def _count(session: Session, part: Part, now: datetime) -> int:
    place = int(session.scalar(select(Fact.value).where(Fact.name == part.place)) or 0)
    before = now - timedelta(days=part.days)
    if part.kind == "audit":
        old = _theirs(part, select(func.count(Audit.id))).where(Audit.id > place, Audit.at < before)
        # As text: neither database compares JSON values by an index, and PostgreSQL not at all.
        return session.scalar(old.where(cast(Audit.detail, String) != "{}")) or 0
    of: dict[str, ColumnElement[bool]] = {
        "text": or_(Mention.text != "", Mention.title != ""),
        "raw": exists().where(MentionRaw.mention_id == Mention.id),
        "media": exists().where(Media.mention_id == Mention.id),
    }
    if part.kind == "author":
        return _count_authors(session, part, place, before)
    old = _theirs(part, select(func.count(Mention.id))).where(Mention.id > place, Mention.seen_at < before)
    return session.scalar(old.where(of[part.kind])) or 0


def _count_authors(session: Session, part: Part, place: int, before: datetime) -> int:
    """Those who are named and wrote nothing since."""
    later = aliased(Mention)
    quiet = ~exists().where(later.author_id == Mention.author_id, later.seen_at >= before)
    counted = _theirs(part, select(func.count(Mention.author_id.distinct())).join(Author, Author.id == Mention.author_id))
    return session.scalar(counted.where(Mention.id > place, Mention.seen_at < before, quiet, NAMED)) or 0


def _delete(session: Session, table: Any, ids: Sequence[int]) -> None:
    session.execute(delete(table).where(among(session, table.mention_id, ids)).execution_options(synchronize_session=False))


def _remember(session: Session, name: str, value: str) -> None:
    upsert(session, Fact.__table__, [{"name": name, "value": value}], key=("name",), change={"value": value})
