"""May we answer here? What somebody found out about a subreddit, kept by brand: without a yes no public reply leaves for it."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, update
from sqlalchemy.orm import Session

from desk import audit, states
from desk.errors import Invalid, NotAllowed, NotFound
from desk.people import people
from storage.models import Brand, Case, Mention, Person, Reply, Welcome
from storage.words import WelcomeKind

WELCOMES = states.CARE | states.FEEDS
"""Whoever wants to answer first may note what the rules there say; what is noted is changed by those who keep the feeds."""

PLACE = re.compile(r"https?://(?:www\.|old\.|new\.)?reddit\.com/r/(\w{2,50})(?:/|$)", re.ASCII | re.IGNORECASE)
NAME = re.compile(r"(?:/?r/)?(\w{2,50})/?", re.ASCII | re.IGNORECASE)
SOURCE = "reddit"
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class WelcomeView:
    """Whether a brand may answer in a place; `kind` is None where nobody noted it yet."""

    brand_id: int
    brand: str
    place: str
    kind: WelcomeKind | None = None
    reason: str = ""
    by: str = ""
    at: datetime | None = None


def place_of(mention: Mention) -> str:
    """The subreddit that a public post stands in, in lower case; empty where there is none, or none is told."""
    found = PLACE.match(mention.url) if mention.source == SOURCE and not mention.is_private else None
    return found[1].lower() if found else ""


def of_mention(session: Session, brand_id: int, mention: Mention) -> WelcomeView | None:
    """What is known of answering there; None where nobody has to ask."""
    place = place_of(mention)
    if not place:
        return None
    brand = session.scalar(select(Brand.name).where(Brand.id == brand_id)) or ""
    row = session.execute(_rows().where(Welcome.brand_id == brand_id, Welcome.source == SOURCE, Welcome.place == place)).one_or_none()
    return _view(row.Welcome, brand, row.name) if row else WelcomeView(brand_id, brand, place)


def noted(session: Session, *, by: Person) -> list[WelcomeView]:
    """All that was noted, by brand and place."""
    people.require(by, people.READ)
    rows = session.execute(_rows().add_columns(Brand.name.label("brand")).join(Brand, Brand.id == Welcome.brand_id)).all()
    found = [_view(row.Welcome, row.brand, row.name) for row in rows]
    return sorted(found, key=lambda one: (one.brand.lower(), one.place))


def note(session: Session, brand_id: int, place: str, *, kind: WelcomeKind, reason: str, by: Person, now: datetime) -> Welcome:
    """Note whether this brand may answer in a subreddit. Raises Invalid, NotFound, NotAllowed (somebody noted it before)."""
    people.require(by, WELCOMES)
    named, why = NAME.fullmatch(place.strip()), reason.replace("\x00", "").strip()
    if named is None:
        raise Invalid("Write the name of a subreddit, such as r/gadgets")
    if not why or len(why) > LONGEST_REASON:
        raise Invalid(f"Say in at most {LONGEST_REASON} characters what its rules or moderators say")
    if session.get(Brand, brand_id) is None:
        raise NotFound("There is no such brand")
    key = {"brand_id": brand_id, "source": SOURCE, "place": named[1].lower()}
    found = session.scalar(select(Welcome).filter_by(**key).with_for_update().execution_options(populate_existing=True))
    if found is not None and not people.roles_of(by) & states.FEEDS:
        raise NotAllowed("Somebody noted this already: ops or a lead may change it")
    if found is None:
        found = Welcome(**key)
        session.add(found)
    found.kind, found.reason, found.person_id, found.at = kind, why, by.id, now
    session.flush()
    _redraw(session, brand_id)
    audit.record(session, "welcome", now=now, by=by, brand=brand_id, place=found.place, kind=kind.value, reason=why)
    return found


def require(session: Session, case: Case, mention: Mention) -> None:
    """Raises Invalid where this brand may not answer in the mention's subreddit, or nobody knows yet whether it may."""
    found = of_mention(session, case.brand_id, mention)
    if found is None or found.kind is WelcomeKind.YES:
        return
    if found.kind is None:
        raise Invalid(
            f"Nobody noted yet whether {found.brand} may answer in r/{found.place}: read its rules and note it beside the account"
        )
    if found.kind is WelcomeKind.ASK:
        raise Invalid(f"Ask the moderators of r/{found.place} first: {found.reason}. Then note what they said beside the account")
    raise Invalid(f"{found.brand} does not answer in r/{found.place}: {found.reason}")


def is_unwelcome() -> ColumnElement[bool]:
    """Of a reply in SQL: it answers in public where its brand may not, or not yet."""
    url = func.lower(Mention.url)
    stands_there = func.replace(url, literal("/r/") + Welcome.place + "/", "") != url
    answered = (Mention.id == Reply.mention_id) & (Mention.source == SOURCE) & ~Mention.is_private
    of_brand = (Case.id == Reply.case_id) & (Welcome.brand_id == Case.brand_id) & (Welcome.source == SOURCE)
    return exists().where(answered, of_brand, Welcome.kind != WelcomeKind.YES, stands_there)


def _rows() -> Select[Welcome, str]:
    return select(Welcome, Person.name).join(Person, Person.id == Welcome.person_id)


def _view(row: Welcome, brand: str, person: str) -> WelcomeView:
    return WelcomeView(row.brand_id, brand, row.place, row.kind, row.reason, person, row.at)


def _redraw(session: Session, brand_id: int) -> None:
    """The cases in hand there are drawn anew: what may be sent from them has changed."""
    held = (Case.brand_id == brand_id) & (Case.source == SOURCE) & Case.status.in_(states.LIVE) & Case.assignee_id.is_not(None)
    session.execute(update(Case).where(held).values(version=Case.version + 1))
