"""What a list can be narrowed to in this workspace."""

from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.cases import tags
from desk.labels import own_labels
from storage.models import Brand, Case, Feed, Person, PersonRole, Team
from storage.words import Role

RECENT = 500
"""Cases whose languages are offered: the last ones, so that the answer costs the same whatever the workspace holds."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Sources that are listened to, feeds and brands by id, the languages of the last cases, tags, teams and own labels by id."""

    sources: tuple[str, ...]
    feeds: dict[int, str]
    brands: dict[int, str]
    languages: tuple[str, ...]
    tags: dict[int, str]
    teams: dict[int, str]
    labels: dict[int, str] = field(default_factory=dict)


def choices(session: Session) -> Choices:
    """All that a filter offers, each by its name."""
    feeds = session.execute(select(Feed.id, Feed.name, Feed.source).where(~Feed.retired).order_by(func.lower(Feed.name))).all()
    brands = session.execute(select(Brand.id, Brand.name).order_by(func.lower(Brand.name)))
    recent = select(Case.language).order_by(Case.id.desc()).limit(RECENT).subquery()
    languages = session.scalars(select(recent.c.language).where(recent.c.language.is_not(None)).distinct().order_by(recent.c.language))
    teams = session.execute(select(Team.id, Team.name).where(Team.retired_at.is_(None)).order_by(func.lower(Team.name)))
    return Choices(
        sources=tuple(sorted({feed.source for feed in feeds})),
        feeds={feed.id: feed.name for feed in feeds},
        brands={brand.id: brand.name for brand in brands},
        languages=tuple(languages),
        tags={tag.id: tag.name for tag in tags.offered(session)},
        teams={row.id: row.name for row in teams},
        labels=own_labels.offered(session),
    )


def colleagues(session: Session, roles: frozenset[Role], *, but: int) -> dict[int, str]:
    """Who else works here in one of these roles, by name: to whom a case can go."""
    found = select(Person.id, Person.name).join(PersonRole).where(Person.active, Person.id != but, PersonRole.role.in_(roles))
    return {row.id: row.name for row in session.execute(found.distinct().order_by(Person.name))}
