"""What cases are about, as vectors of their opening mentions: which are still missing, which may be told. Inference is the classifier's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from desk import facts
from desk.labels.reading import as_read
from storage.dialect import among, insert_new
from storage.models import Case, Embedding, Mention
from storage.words import Flag

OFFERED = "embedding"
"""The fact that names the embedding which the classifier has; empty when its engine has none."""

PRIVATE_KINDS = ("message", "direct_message")
"""Kinds of mentions that only who works on the case may see: what they say is never compared with other customers' cases."""

REPLACED_AFTER = timedelta(days=7)
"""Vectors of another embedding stay so long: a new engine may be taken back."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The mention that opened a case, and its words: title, newline, text."""

    case_id: int
    mention_id: int
    revision: int
    brand_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Vector:
    """One revision of a mention as int8 numbers; times `scale` they have the length one."""

    mention_id: int
    revision: int
    numbers: bytes
    scale: float


@dataclass(frozen=True, slots=True)
class StoredVector:
    """A vector as it stands in the table, with the brand of its case."""

    id: int
    mention_id: int
    brand_id: int
    numbers: bytes
    scale: float


def offer(session: Session, name: str) -> None:
    """The classifier says which embedding it has, empty for none: similar cases are looked for only then."""
    if facts.get(session, OFFERED) != name:
        facts.state(session, OFFERED, name)


def offered(session: Session) -> str:
    return facts.get(session, OFFERED) or ""


def readable() -> ColumnElement[bool]:
    """Mentions whose words may be compared: a customer's, not deleted, not private."""
    return and_(~Mention.is_own, ~Mention.is_private, Mention.deleted_at.is_(None), Mention.kind.not_in(PRIVATE_KINDS))


def newer(session: Session, name: str, *, than: int, limit: int) -> list[Opening]:
    """Openings without a vector of their newest words, of cases after the one named, oldest first."""
    return _openings(session, _missing(name).where(Case.id > than).order_by(Case.id).limit(limit))


def older(session: Session, name: str, *, than: int, limit: int) -> list[Opening]:
    """The same of cases before the one named, newest first."""
    return _openings(session, _missing(name).where(Case.id < than).order_by(Case.id.desc()).limit(limit))


def newest_case(session: Session) -> int:
    """The highest number of a case, 0 when there is none."""
    return session.scalar(select(func.max(Case.id))) or 0


def opening(session: Session, case_id: int) -> Opening | None:
    """What a case was opened with; None when it may not be compared, or is not there."""
    return next(iter(_openings(session, _opened().where(Case.id == case_id))), None)


def _opened() -> Select[int, int, int, int, str, str]:
    columns = select(Case.id, Mention.id, Mention.revision, Case.brand_id, Mention.title, Mention.text)
    return columns.join(Mention, Mention.id == Case.opening_mention_id).where(readable())


def _missing(name: str) -> Select[int, int, int, int, str, str]:
    current = (Embedding.mention_id == Mention.id) & (Embedding.name == name) & (Embedding.revision == Mention.revision)
    # What broke the engine once is not given to it again.
    is_sound = or_(Mention.flag.is_(None), Mention.flag != Flag.FAILED)
    return _opened().where(is_sound, ~select(Embedding.id).where(current).exists())


def _openings(session: Session, query: Select[int, int, int, int, str, str]) -> list[Opening]:
    rows = session.execute(query).all()
    return [Opening(case, mention, revision, brand, as_read(title, text)) for case, mention, revision, brand, title, text in rows]


def store(session: Session, name: str, vectors: Sequence[Vector], *, now: datetime) -> int:
    """Keep these vectors; how many were new. One whose mention was edited or erased meanwhile is dropped, as is one that is there already."""
    by_mention = {vector.mention_id: vector for vector in vectors}
    # Shared locks: an erasure that has begun is waited for, and one that comes later finds the vector.
    alive = select(Mention.id, Mention.revision).where(among(session, Mention.id, list(by_mention)), readable()).order_by(Mention.id)
    current = {row.id: row.revision for row in session.execute(alive.with_for_update(read=True))}
    kept = [vector for mention_id, vector in by_mention.items() if current.get(mention_id) == vector.revision]
    _drop_outdated(session, name, kept)
    rows = [_row(vector, name, now=now) for vector in kept]
    return len(insert_new(session, Embedding.__table__, rows, key=("mention_id", "name")))


def _row(vector: Vector, name: str, *, now: datetime) -> dict[str, object]:
    place = {"mention_id": vector.mention_id, "name": name, "revision": vector.revision}
    return {**place, "vector": vector.numbers, "scale": vector.scale, "created_at": now}


def _drop_outdated(session: Session, name: str, vectors: Sequence[Vector]) -> None:
    revisions = {vector.mention_id: vector.revision for vector in vectors}
    theirs = select(Embedding.id, Embedding.mention_id, Embedding.revision).where(
        among(session, Embedding.mention_id, list(revisions)), Embedding.name == name
    )
    outdated = [row.id for row in session.execute(theirs) if row.revision < revisions[row.mention_id]]
    if outdated:
        session.execute(delete(Embedding).where(among(session, Embedding.id, outdated)).execution_options(synchronize_session=False))


def drop_replaced(session: Session, name: str, *, now: datetime, limit: int = 200) -> int:
    """Forget vectors of other embeddings that nobody went back to. How many went; call it again while there are any."""
    other = select(Embedding.id).where(Embedding.name != name, Embedding.created_at <= now - REPLACED_AFTER).limit(limit)
    gone = delete(Embedding).where(Embedding.id.in_(other)).returning(Embedding.id)
    return len(session.scalars(gone.execution_options(synchronize_session=False)).all())


def of_mention(session: Session, name: str, mention_id: int, *, revision: int) -> Vector | None:
    """The stored vector of these words, None when there is none yet."""
    theirs = (Embedding.mention_id == mention_id) & (Embedding.name == name) & (Embedding.revision == revision)
    row = session.execute(select(Embedding.vector, Embedding.scale).where(theirs)).first()
    return Vector(mention_id, revision, row.vector, row.scale) if row else None


def places(session: Session, name: str, *, limit: int, than: int = 0) -> list[tuple[int, int]]:
    """Id and mention of the newest vectors, of those that were stored after `than`."""
    query = (
        select(Embedding.id, Embedding.mention_id)
        .where(Embedding.name == name, Embedding.id > than)
        .order_by(Embedding.id.desc())
        .limit(limit)
    )
    return [(row.id, row.mention_id) for row in session.execute(query)]


def by_ids(session: Session, name: str, ids: Collection[int]) -> list[StoredVector]:
    """These vectors, with the brand of the case that their mention belongs to now; those without a case are absent."""
    columns = select(Embedding.id, Embedding.mention_id, Case.brand_id, Embedding.vector, Embedding.scale)
    joined = columns.join(Mention, Mention.id == Embedding.mention_id).join(Case, Case.id == Mention.case_id)
    rows = session.execute(joined.where(Embedding.name == name, among(session, Embedding.id, ids)))
    return [StoredVector(*row) for row in rows]
