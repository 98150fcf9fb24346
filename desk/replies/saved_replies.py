"""Texts to begin a reply with: the team's and one's own, filled from the case, offered by language, brand and use.

What cannot be filled stays as it is written, and no text with such a place leaves (desk.checks.require_words).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from desk import audit
from desk.errors import Invalid, NotFound, NotYours
from desk.intake.cleaning import plain
from desk.people import people
from desk.replies import wording
from storage.models import Author, Brand, Case, Incident, Person, Reply, SavedReply
from storage.words import SavedPurpose

LONGEST_NAME = 80
LONGEST_TEXT = 10_000
LONGEST_SAID = 40
"""A display name that is longer is no name to greet somebody by."""

VARIABLES = ("customer", "handle", "brand", "agent", "initials", "case", "known_issue")
VARIABLE = re.compile(r"\{(" + "|".join(VARIABLES) + r")\}")
NOT_SAID = re.compile(r"[{}@#/\\<>\r\n]|\w\.\w")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,4})?")


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A saved reply as its form holds it. `language` and `brand_id` are empty where it fits all of them."""

    name: str
    text: str
    language: str = ""
    brand_id: int | None = None
    purpose: SavedPurpose = SavedPurpose.ANSWER


@dataclass(frozen=True, slots=True)
class SavedView:
    """One saved reply. `owner` is empty for the team's; `used` counts the replies that went out with it."""

    id: int
    name: str
    text: str
    language: str
    brand_id: int | None
    brand: str
    purpose: SavedPurpose
    owner_id: int | None
    owner: str
    used: int
    changed_at: datetime
    is_retired: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A saved reply for one case, filled in. `left`: the places that nobody could fill."""

    id: int
    name: str
    text: str
    language: str
    purpose: SavedPurpose
    is_own: bool
    used: int
    left: tuple[str, ...]


BUILT_IN = (
    SavedDraft(
        "Please delete your post",
        "Hi {customer}, your post shows personal data that anyone can read. For your own safety, please delete it. We will help you all the same.",
        "en",
        purpose=SavedPurpose.DELETE,
    ),
    SavedDraft(
        "Bitte lösche deinen Beitrag",
        "Hallo {customer}, dein Beitrag zeigt persönliche Daten, die alle lesen können. Bitte lösche ihn zu deiner Sicherheit. "
        "Wir helfen dir trotzdem weiter.",
        "de",
        purpose=SavedPurpose.DELETE,
    ),
    SavedDraft(
        "Write to us elsewhere",
        "Hi {customer}, to look into this we need details that do not belong in public. Please contact us at {where} and name case {case}.",
        "en",
        purpose=SavedPurpose.MOVE,
    ),
    SavedDraft(
        "Schreib uns woanders",
        "Hallo {customer}, dafür brauchen wir Angaben, die nicht öffentlich sein sollten. Bitte melde dich unter {where} "
        "und nenne die Nummer {case}.",
        "de",
        purpose=SavedPurpose.MOVE,
    ),
)
"""Offered as long as the team has saved none for that purpose in that language; `{where}` is for the person to fill in."""


def add(session: Session, draft: SavedDraft, *, is_own: bool, by: Person, now: datetime) -> SavedReply:
    """A new saved reply, one's own or the team's. Raises Invalid for an empty or overlong one, NotAllowed for the team's unless by a lead."""
    people.require(by, people.CARE if is_own else people.LEADS)
    saved = SavedReply(person_id=by.id if is_own else None, created_at=now, changed_at=now, **_columns(session, draft))
    session.add(saved)
    session.flush()
    audit.record(session, "saved_added", now=now, by=by, subject=f"saved reply {saved.id}", own=is_own)
    return saved


def change(session: Session, saved_id: int, draft: SavedDraft, *, by: Person, now: datetime) -> SavedReply:
    """Word it otherwise. Raises NotFound, NotYours for a colleague's, NotAllowed for the team's unless by a lead."""
    saved = _to_change(session, saved_id, by=by)
    for name, value in _columns(session, draft).items():
        setattr(saved, name, value)
    saved.changed_at = now
    audit.record(session, "saved_changed", now=now, by=by, subject=f"saved reply {saved.id}")
    return saved


def retire(session: Session, saved_id: int, *, by: Person, now: datetime) -> SavedReply:
    """Offer it no longer; replies that were begun with it stay counted."""
    saved = _to_change(session, saved_id, by=by)
    saved.retired_at = saved.changed_at = now
    audit.record(session, "saved_retired", now=now, by=by, subject=f"saved reply {saved.id}")
    return saved


def share(session: Session, saved_id: int, *, by: Person, now: datetime) -> SavedReply:
    """One's own becomes the team's: from then on leads look after it. Raises NotYours for a colleague's."""
    saved = _to_change(session, saved_id, by=by)
    if saved.person_id is not None:
        saved.person_id, saved.changed_at = None, now
        audit.record(session, "saved_shared", now=now, by=by, subject=f"saved reply {saved.id}")
    return saved


def known(session: Session, *, by: Person, retired: bool = False) -> list[SavedView]:
    """The team's and this person's own, by name."""
    people.require(by, people.CARE)
    mine = or_(SavedReply.person_id.is_(None), SavedReply.person_id == by.id)
    asked = select(SavedReply, Brand.name).outerjoin(Brand, Brand.id == SavedReply.brand_id).where(mine)
    if not retired:
        asked = asked.where(SavedReply.retired_at.is_(None))
    rows = session.execute(asked.execution_options(populate_existing=True)).all()
    views = [_view(saved, brand or "", by) for saved, brand in rows]
    return sorted(views, key=lambda view: (view.is_retired, view.name.casefold(), view.id))


def offered(session: Session, case_id: int, *, by: Person) -> list[Offer]:
    """What fits a case: in the customer's language first, then of its brand, then what is used most. Raises NotFound.

    Texts of another brand, or that are in another language than a known one, come last and never stand in for one that fits.
    """
    people.require(by, people.CARE)
    case = session.get(Case, case_id, populate_existing=True)
    if case is None:
        raise NotFound("There is no such case")
    values, views = _values(session, case, by=by), known(session, by=by)
    fitting = [view for view in views if view.brand_id in {None, case.brand_id}]
    ranked = sorted(fitting, key=lambda view: _rank(view, case))
    return [_offer(view, values) for view in [*ranked, *_built_in(fitting, case)]]


def count_use(session: Session, reply: Reply) -> None:
    """A reply that was begun with a saved one stands on its platform. The caller calls it once a reply."""
    if reply.saved_reply_id is not None:
        used = update(SavedReply).where(SavedReply.id == reply.saved_reply_id).values(used=SavedReply.used + 1)
        session.execute(used.execution_options(synchronize_session=False))


def filled(text: str, values: dict[str, str]) -> str:
    """The text with each variable that has a value; all others stay as they are written. What is filled in is not read again."""
    return VARIABLE.sub(lambda found: values.get(found.group(1)) or found.group(), text)


def values(session: Session, case: Case, *, by: Person) -> dict[str, str]:
    """What each variable says in this case; those that nobody can fill are absent."""
    return _values(session, case, by=by)


def _columns(session: Session, draft: SavedDraft) -> dict[str, object]:
    name, text, language = plain(draft.name.strip()), draft.text.replace("\x00", "").strip(), draft.language.strip().lower()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"A saved reply needs a name of at most {LONGEST_NAME} characters")
    if not text or len(text) > LONGEST_TEXT:
        raise Invalid(f"A saved reply needs a text of at most {LONGEST_TEXT:,} characters")
    if language and not LANGUAGE.fullmatch(language):
        raise Invalid("A language is named by its code, such as en or de; leave it empty for all")
    if draft.brand_id is not None and session.get(Brand, draft.brand_id) is None:
        raise Invalid("There is no such brand any more: choose another")
    return {"name": name, "text": text, "language": language, "brand_id": draft.brand_id, "purpose": draft.purpose}


def _to_change(session: Session, saved_id: int, *, by: Person) -> SavedReply:
    people.require(by, people.CARE)
    found = select(SavedReply).where(SavedReply.id == saved_id).with_for_update().execution_options(populate_existing=True)
    saved = session.scalar(found)
    if saved is None or saved.retired_at is not None:
        raise NotFound("There is no such saved reply any more")
    if saved.person_id is None:
        people.require(by, people.LEADS)
    elif saved.person_id != by.id:
        raise NotYours(session.scalar(select(Person.name).where(Person.id == saved.person_id)))
    return saved


def _view(saved: SavedReply, brand: str, by: Person) -> SavedView:
    names = ("id", "name", "text", "language", "brand_id", "purpose", "used", "changed_at")
    copied = {name: getattr(saved, name) for name in names}
    owner = by.name if saved.person_id == by.id else ""
    return SavedView(brand=brand, owner_id=saved.person_id, owner=owner, is_retired=saved.retired_at is not None, **copied)


def _rank(view: SavedView, case: Case) -> tuple[bool, bool, bool, int, str]:
    spoken = _speaks(view.language, case.language)
    return (
        not spoken,
        bool(spoken and not view.language and case.language),
        view.brand_id != case.brand_id,
        -view.used,
        view.name.casefold(),
    )


def _speaks(language: str, wanted: str | None) -> bool:
    return not language or not wanted or language.partition("-")[0] == wanted.partition("-")[0]


def _built_in(fitting: list[SavedView], case: Case) -> list[SavedView]:
    """Of each purpose that the team has nothing for: the text in the customer's language, else the English one."""
    have = {view.purpose for view in fitting if _speaks(view.language, case.language)}
    languages = {draft.language for draft in BUILT_IN}
    spoken = (case.language or "").partition("-")[0]
    chosen = [draft for draft in BUILT_IN if draft.language == (spoken if spoken in languages else "en") and draft.purpose not in have]
    return [SavedView(0, d.name, d.text, d.language, None, "", d.purpose, None, "", 0, case.opened_at, is_retired=False) for d in chosen]


def _offer(view: SavedView, values: dict[str, str]) -> Offer:
    text = filled(view.text, values)
    left = tuple(dict.fromkeys(wording.placeholders(text)))
    return Offer(view.id, view.name, text, view.language, view.purpose, view.owner_id is not None, view.used, left)


def _values(session: Session, case: Case, *, by: Person) -> dict[str, str]:
    author, brand = session.get_one(Author, case.author_id), session.get_one(Brand, case.brand_id)
    incident = session.get(Incident, case.incident_id) if case.incident_id else None
    handle = author.handle if re.fullmatch(r"[\w.-]+", author.handle or "") else ""
    values = {
        "customer": _sayable(author.name) or (f"@{handle}" if handle else ""),
        "handle": f"@{handle}" if handle else "",
        "brand": brand.name,
        "agent": by.alias or wording.first_name(by.name),
        "initials": by.initials,
        "case": str(case.id),
        "known_issue": incident.known_issue.strip() if incident is not None and incident.closed_at is None else "",
    }
    return {name: value for name, value in values.items() if value}


def _sayable(name: str) -> str:
    """A display name as our account may say it: it is written by a stranger, who could put an address or a call into it."""
    said = " ".join(name.split())
    return "" if len(said) > LONGEST_SAID or NOT_SAID.search(said) else said
