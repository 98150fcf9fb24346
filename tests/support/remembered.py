"""A workspace in which a customer's words and names stand in every place that can hold them, and another customer beside."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from desk.post import PostAuthor, Unreadable
from desk.settings import DeskSettings
from storage import raw, search
from storage.database import Database, sqlite_file
from storage.models import (
    Approval,
    Attachment,
    Audit,
    Author,
    Base,
    Case,
    Embedding,
    Errand,
    Incident,
    Media,
    Mention,
    Note,
    Notice,
    Promise,
    Reply,
    Resolution,
)
from storage.words import ApprovalReason, ErrandKind, ErrandState, MediaKind, MediaState, NoticeKind, ReplyState
from tests.support.desk import person
from tests.support.listening import HOUR, MINUTE, NOON, classify, listening, poll, post

SECRET = "a secret that no test guesses"
SETTINGS = DeskSettings(secret=SECRET)

HANDLE, NAME, ID = "zyxana_moss", "Zyxana Quillfeather", "u-883120455"
SAID = "My flibbertigibbet parcel was crushed by a mudlarking courier, call 0171 555 0199"
BEFORE = "My kerfuffled parcel arrived broken by somebody"
OTHERS = "Somebody else waits for a lamp as well"
GONE = ("zyxana", "quillfeather", ID, "flibbertigibbet", "mudlarking", "kerfuffled", "0171 555 0199", "post-771", "reject-9")
"""What must stand nowhere afterwards, in any case."""


def lived(session: Session) -> None:
    """Posts, an edit, cases, and every kind of row that quotes them."""
    listening(session)
    author = PostAuthor(ID, HANDLE, NAME, 12, url=f"https://x.example/{HANDLE}")
    told: dict[str, Any] = {"author": author, "url": f"https://x.example/{HANDLE}/post-771", "thread_id": "conv-5"}
    theirs = {"id": "post-771", "text": SAID, "screen_name": HANDLE}
    unread = Unreadable(b'{"id": "reject-9", "user": {"screen_name": "ZYXANA", "handle": "zyxana_moss"}', "not JSON")
    poll(session, post("post-771", BEFORE, raw=theirs, **told), rejects=(unread,))
    poll(session, post("post-771", SAID, raw=theirs, edited_at=NOON + MINUTE, **told), now=NOON + MINUTE)
    poll(session, post("post-772", f"{SAID}!", raw=theirs, **{**told, "thread_id": "post-772"}), now=NOON + MINUTE)
    poll(session, post("9", OTHERS, by="ben", thread_id="conv-5", parent_id="post-771"), now=NOON + 2 * MINUTE)
    ours = PostAuthor("u-care", "AcmeCare", "Acme Care")
    classify(session, now=NOON + 3 * MINUTE)
    poll(session, post("own-1", f"@{HANDLE} sorry, {NAME}!", author=ours, thread_id="conv-5", raw={"to": HANDLE}), now=NOON + HOUR)
    search.index_due(session, 100)
    by = person(session, "Mina Kaur", now=NOON)
    for case in session.scalars(select(Case).join(Author).where(Author.external_id == ID).order_by(Case.id)).all():
        _written(session, case, by.id)
    other = session.scalars(select(Case).join(Author).where(Author.external_id == "u-ben")).one()
    session.add(Note(case_id=other.id, person_id=by.id, at=NOON, text="Ben waits for his lamp, call him"))


def _written(session: Session, case: Case, by: int) -> None:
    n = case.id
    quote = f'{NAME.split(maxsplit=1)[0]} (@{HANDLE.upper()}) wrote: "was crushed by a mudlarking courier". Will call 0171 555 0199'
    at: dict[str, Any] = {"created_at": NOON, "saved_at": NOON}
    draft = Reply(case_id=n, key=f"d{n}", state=ReplyState.DRAFT, text=f"Hi {NAME}, {SAID}", **at)
    sent = Reply(
        case_id=n, key=f"s{n}", state=ReplyState.SENT, text=f"@{HANDLE} we look", url=f"https://x.example/{HANDLE}", sent_at=NOON, **at
    )
    queued = Reply(
        case_id=n, key=f"q{n}", state=ReplyState.QUEUED, text=f"@{HANDLE} it is on its way", queued_at=NOON, not_before=NOON + HOUR, **at
    )
    incident = Incident(name=f"Crushed, says {HANDLE}", statements=[{"text": quote, "variants": [SAID]}], opened_at=NOON)
    resolution = Resolution(case_id=n, at=NOON, cause=quote, fix=SAID, evidence=f"{HANDLE} said so")
    session.add_all([draft, sent, queued, incident, resolution])
    session.flush()
    case.incident_id, case.declined_reason, case.moved_ref = incident.id, quote, HANDLE
    session.add_all(
        [
            Note(case_id=n, person_id=by, at=NOON, text=quote),
            Promise(case_id=n, text=quote, made_at=NOON, due_at=NOON + HOUR),
            Notice(person_id=by, kind=NoticeKind.MENTIONED, key=f"note:{n}", case_id=n, text=quote, at=NOON),
            Approval(
                case_id=n,
                reply_id=draft.id,
                reason=ApprovalReason.LEARNER,
                text=SAID,
                request={"text": quote},
                asked_by_id=by,
                asked_at=NOON,
            ),
            Attachment(case_id=n, name=f"{HANDLE}.png", media_type="image/png", size=1, alt=SAID, body=b"x", created_at=NOON),
            Audit(at=NOON, verb="note", case_id=n, detail={"said": [quote], "note": 1}),
            Audit(at=NOON, verb="do_not_contact", subject=f"author {case.author_id}", detail={"reason": quote}),
            Errand(
                kind=ErrandKind.SIMILAR, state=ErrandState.DONE, request={"case": n}, result={"quote": SAID}, created_at=NOON, done_at=NOON
            ),
        ]
    )
    for mention in session.scalars(select(Mention).where(Mention.case_id == n)).all():
        _around(session, mention)
    session.flush()


def _around(session: Session, mention: Mention) -> None:
    url = f"https://pbs.twimg.com/{HANDLE}.jpg"
    session.add(
        Media(
            mention_id=mention.id, position=0, kind=MediaKind.PICTURE, url=url, alt=SAID, state=MediaState.READY, body=b"mudlarking picture"
        )
    )
    session.add(Embedding(mention_id=mention.id, name="e", revision=mention.revision, vector=b"\x01" * 8, scale=1.0, created_at=NOON))


def with_dictionary(database: Database, names: bytes = HANDLE.encode()) -> int:
    """The payloads compressed with a dictionary in which a name stands, as training makes them; its id."""
    with database.write() as session:
        number = raw.keep_dictionary(session, names + b' "text": "screen_name" ' * 40, now=NOON)
        poll(
            session,
            post("10", "With the dictionary", by="cleo", raw={"screen_name": "cleo", "text": "fine"}),
            now=NOON + timedelta(hours=3),
        )
        return number


def rows(database: Database) -> str:
    """Every value of every table, payloads and pictures as text."""
    found = []
    with database.read() as session:
        for table in Base.metadata.sorted_tables:
            found += [f"{table.name}: {tuple(row)!r}" for row in session.execute(select(table))]
        for mention_id in session.scalars(select(Mention.id)):
            found.append(f"raw: {raw.unpack(session, mention_id)!r}")
        if not database.is_sqlite:
            found += [str(row) for row in session.execute(text("SELECT mention_id, words::text FROM mention_search"))]
    return "\n".join(found)


def files(database: Database, home: Path) -> bytes:
    """Every byte that lies in the data folder, the database's own file and log among them."""
    file = sqlite_file(database.url)
    folders = {home, *([file.parent] if file else [])}
    return b"\n".join(path.read_bytes() for folder in sorted(folders) for path in sorted(folder.rglob("*")) if path.is_file())


def left(database: Database, home: Path) -> list[str]:
    """What of the customer can still be found."""
    there, bytes_there = rows(database).casefold(), files(database, home).lower()
    return [word for word in GONE if word.casefold() in there or word.lower().encode() in bytes_there]


def author_id(database: Database, external_id: str = ID) -> int:
    with database.read() as session:
        return session.scalars(select(Author.id).where(Author.external_id == external_id)).one()


def of_others(database: Database) -> dict[str, Any]:
    """What belongs to the other customer, to compare before and after."""
    with database.read() as session:
        ben = session.scalars(select(Author).where(Author.external_id == "u-ben")).one()
        mention = session.scalars(select(Mention).where(Mention.author_id == ben.id)).one()
        case = session.scalars(select(Case).where(Case.author_id == ben.id)).one()
        notes = session.scalars(select(Note.text).where(Note.case_id == case.id)).all()
        told = (ben.handle, ben.name, mention.text, mention.external_id, mention.thread_id, case.preview, case.author_name, case.version)
        return {"told": told, "notes": list(notes), "raw": raw.unpack(session, mention.id), "found": search.search(session, "lamp", 9)}


def count(database: Database, table: Any, *where: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def aged(database: Database, days: int) -> None:
    """Everything was stored so long ago."""
    with database.write() as session:
        session.execute(update(Mention).values(seen_at=NOON - timedelta(days=days)))
        session.execute(update(Audit).values(at=NOON - timedelta(days=days)))
