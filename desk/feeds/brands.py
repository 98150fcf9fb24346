"""The names that feeds listen for: ours, competitors' and topics."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import audit
from desk.errors import Invalid
from desk.intake.cleaning import plain
from desk.people import people
from storage.models import Brand, Person
from storage.words import BrandKind

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class BrandView:
    """A brand as a list shows it."""

    id: int
    name: str
    kind: BrandKind


def known(session: Session) -> list[BrandView]:
    """All brands, our own first."""
    order = [BrandKind.OWN, BrandKind.COMPETITOR, BrandKind.TOPIC]
    found = [BrandView(brand.id, brand.name, brand.kind) for brand in session.scalars(select(Brand).order_by(func.lower(Brand.name)))]
    return sorted(found, key=lambda brand: order.index(brand.kind))


def add(session: Session, name: str, *, kind: BrandKind, by: Person | None, now: datetime) -> Brand:
    """A new brand. `by` is None for the command line. Raises Invalid for a name that is empty, too long or taken."""
    if by:
        people.require(by, people.FEEDS)
    wanted = plain(name.strip())
    if not wanted or len(wanted) > LONGEST_NAME:
        raise Invalid(f"A brand needs a name of at most {LONGEST_NAME} characters")
    if session.scalar(select(Brand.id).where(func.lower(Brand.name) == wanted.lower())) is not None:
        raise Invalid(f"There is a brand called {wanted} already")
    brand = Brand(name=wanted, kind=kind)
    session.add(brand)
    session.flush()
    audit.record(session, "brand_added", now=now, by=by, subject=f"brand {brand.id}", name=wanted, kind=kind.value)
    return brand
