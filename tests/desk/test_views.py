"""A filter that is kept under a name: one's own, shared by leads, in one's own order."""

import pytest

from desk.errors import Invalid, NotAllowed, NotFound
from desk.queue import views
from storage.database import Database
from storage.words import Role
from tests.support.desk import NOON, person


def test_a_view_is_ones_own_until_a_lead_shares_it(database: Database) -> None:
    with database.write() as session:
        ana, lea = person(session, "Ana Moss"), person(session, "Lea Hart", Role.LEAD)
        own = views.save(session, name=" French  outages ", params="view=waiting&language=fr", by=ana, now=NOON)
        theirs = views.save(session, name="Press", params="q=press", by=lea, now=NOON)
        assert [line.name for line in views.offered(session, by=ana)] == ["French outages"]
        with pytest.raises(NotFound):
            views.view(session, theirs.id, by=ana)
        with pytest.raises(NotAllowed):
            views.share(session, own.id, is_shared=True, by=ana, now=NOON)
        with pytest.raises(NotFound):
            views.share(session, own.id, is_shared=True, by=lea, now=NOON)
        views.share(session, theirs.id, is_shared=True, by=lea, now=NOON)
        assert [(line.name, line.is_mine, line.by) for line in views.offered(session, by=ana)] == [
            ("French outages", True, "Ana Moss"),
            ("Press", False, "Lea Hart"),
        ]
        assert views.view(session, theirs.id, by=ana).params == "q=press"
        views.share(session, theirs.id, is_shared=False, by=lea, now=NOON)
        assert [line.name for line in views.offered(session, by=ana)] == ["French outages"]


def test_a_name_is_used_once_by_one_person(database: Database) -> None:
    with database.write() as session:
        ana, bo = person(session, "Ana"), person(session, "Bo")
        first = views.save(session, name="Mine", params="", by=ana, now=NOON)
        second = views.save(session, name="Other", params="", by=ana, now=NOON)
        views.save(session, name="Mine", params="", by=bo, now=NOON)
        with pytest.raises(Invalid, match="already"):
            views.save(session, name="Mine", params="", by=ana, now=NOON)
        with pytest.raises(Invalid, match="already"):
            views.rename(session, second.id, name="Mine", by=ana, now=NOON)
        assert views.rename(session, first.id, name="Mine", by=ana, now=NOON).name == "Mine"
        with pytest.raises(NotFound):
            views.rename(session, first.id, name="Yours", by=bo, now=NOON)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_view_needs_a_name_that_fits(database: Database, name: str) -> None:
    with database.write() as session, pytest.raises(Invalid):
        views.save(session, name=name, params="", by=person(session), now=NOON)


def test_too_long_a_filter_and_too_many_views_are_refused(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        with pytest.raises(Invalid, match="too long"):
            views.save(session, name="long", params="q=" + "x" * views.LONGEST_PARAMS, by=ana, now=NOON)
        for number in range(views.MOST):
            views.save(session, name=f"view {number}", params="", by=ana, now=NOON)
        with pytest.raises(Invalid, match="remove one first"):
            views.save(session, name="one more", params="", by=ana, now=NOON)


def test_the_order_is_ones_own(database: Database) -> None:
    with database.write() as session:
        ana, bo = person(session, "Ana"), person(session, "Bo")
        a, b, c = (views.save(session, name=name, params="", by=ana, now=NOON).id for name in "abc")
        other = views.save(session, name="z", params="", by=bo, now=NOON).id
        views.order(session, [c, other, a], by=ana, now=NOON)
        assert [line.id for line in views.offered(session, by=ana)] == [c, a, b]


def test_who_may_remove_a_view(database: Database) -> None:
    with database.write() as session:
        ana, bo, lea = person(session, "Ana"), person(session, "Bo"), person(session, "Lea", Role.LEAD)
        own, shared = (
            views.save(session, name="own", params="", by=ana, now=NOON),
            views.save(session, name="s", params="", by=lea, now=NOON),
        )
        views.share(session, shared.id, is_shared=True, by=lea, now=NOON)
        with pytest.raises(NotFound):
            views.remove(session, own.id, by=lea, now=NOON)
        with pytest.raises(NotFound):
            views.remove(session, shared.id, by=bo, now=NOON)
        views.remove(session, own.id, by=ana, now=NOON)
        views.remove(session, shared.id, by=person(session, "Adi", Role.ADMIN), now=NOON)
        assert [views.offered(session, by=one) for one in (ana, bo, lea)] == [[], [], []]
