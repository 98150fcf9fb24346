"""How much abuse somebody read: counted once for each post, theirs alone, and what it changes about the next case."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import desk
from desk.cases import cases, caseview
from desk.errors import NotAllowed, NotFound
from desk.figures import exports, performance
from desk.people import exposure, leaving, roster, routing, teams, workload
from desk.people.exposure import KEPT, WEEK, OwnExposure
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Audit, Case, Exposure, Person
from storage.words import Role, Shift, SkillKind
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, person

FEW = replace(SETTINGS, exposure_limit=2)


def read(session: Session, by: Person, n: int, *, now: Any = NOON) -> None:
    """So many abusive posts were unfolded."""
    shop = Shop(session)
    for _ in range(n):
        assert exposure.unfold(session, shop.mention("You idiots", abusive=True).id, by=by, settings=SETTINGS, now=now)


def own(session: Session, by: Person, *, settings: DeskSettings = SETTINGS, now: Any = NOON) -> OwnExposure:
    found = exposure.own(session, by=by, settings=settings, now=now)
    assert found is not None
    return found


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Exposure)) or 0


class TestCount:
    def test_n9_an_abusive_post_counts_once_for_each_who_reads_it(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            rude = shop.mention("You idiots", abusive=True).id
            told = [exposure.unfold(session, rude, by=by, settings=SETTINGS, now=NOON) for by in (ana, ana, bo)]
            assert told == [True, False, True]
            assert [own(session, by).read for by in (ana, bo)] == [1, 1]

    def test_n9_other_posts_do_not_count(self, database: Database) -> None:
        with database.write() as session:
            ana, shop = person(session, "Ana"), Shop(session)
            posts = [shop.mention(abusive=False), shop.mention(), shop.mention("We idiots", abusive=True, is_own=True)]
            assert not any(exposure.unfold(session, one.id, by=ana, settings=SETTINGS, now=NOON) for one in posts)
            assert rows(session) == 0

    def test_n9_what_one_may_not_read_cannot_be_unfolded(self, database: Database) -> None:
        with database.write() as session:
            shop, marketer = Shop(session), person(session, "Mia", Role.MARKETER)
            private = shop.mention("You idiots", abusive=True, is_private=True).id
            gone = shop.mention("You idiots", abusive=True, deleted_at=NOON).id
            for mention_id in (private, gone, 424242):
                with pytest.raises(NotFound):
                    exposure.unfold(session, mention_id, by=marketer, settings=SETTINGS, now=NOON)
            assert exposure.unfold(session, private, by=person(session, "Ana"), settings=SETTINGS, now=NOON)

    def test_n9_a_week_is_shown_and_a_month_is_kept(self, database: Database) -> None:
        with database.write() as session:
            ana = person(session, "Ana")
            read(session, ana, 1)
            read(session, ana, 2, now=NOON + timedelta(days=3))
            assert [own(session, ana, now=NOON + WEEK - MINUTE).read, own(session, ana, now=NOON + WEEK).read] == [3, 2]
            assert exposure.forget_old(session, now=NOON + KEPT - MINUTE) == 0
            assert exposure.forget_old(session, now=NOON + KEPT) == 1
            assert rows(session) == 2

    def test_n9_switched_off_it_is_deleted_and_counts_no_more(self, database: Database) -> None:
        with database.write() as session:
            ana, bo = person(session, "Ana"), person(session, "Bo")
            for by in (ana, bo):
                read(session, by, 2)
            exposure.set_counted(session, False, by=ana)
            rude = Shop(session).mention("You idiots", abusive=True).id
            assert not exposure.unfold(session, rude, by=ana, settings=SETTINGS, now=NOON)
            assert (own(session, ana), own(session, bo)) == (OwnExposure(0, 10, is_counted=False), OwnExposure(2, 10, is_counted=True))
            exposure.set_counted(session, True, by=ana)
            assert exposure.unfold(session, rude, by=ana, settings=SETTINGS, now=NOON)

    def test_n9_what_came_in_while_it_was_switched_off_is_swept(self, database: Database) -> None:
        with database.write() as session:
            ana = person(session, "Ana")
            read(session, ana, 1)
            ana.counts_exposure = False
            session.flush()
            assert (exposure.forget_old(session, now=NOON), rows(session)) == (1, 0)

    def test_n9_a_workspace_may_count_nobody(self, database: Database) -> None:
        with database.write() as session:
            ana, none = person(session, "Ana"), replace(SETTINGS, exposure=False)
            rude = Shop(session).mention("You idiots", abusive=True).id
            assert not exposure.unfold(session, rude, by=ana, settings=none, now=NOON)
            assert exposure.own(session, by=ana, settings=none, now=NOON) is None


class TestPrivacy:
    def test_n9_no_function_is_about_anybody_but_the_one_who_asks(self) -> None:
        about = {name: set(inspect.signature(one).parameters) for name, one in vars(exposure).items() if _is_verb(one)}
        assert {name for name, parameters in about.items() if "by" in parameters} == {"own", "unfold", "set_counted"}
        assert {one for parameters in about.values() for one in parameters} == {
            "session",
            "by",
            "settings",
            "now",
            "mention_id",
            "is_counted",
        }

    def test_n9_nothing_else_in_the_desk_reads_the_counts(self) -> None:
        using = {path.stem for path in Path(str(desk.__path__[0])).rglob("*.py") if "Exposure" in set(_names(path))}
        assert using == {"exposure", "leaving", "routing"}
        assert [name for name in vars(routing) if "spare" in name and not name.startswith("_")] == []

    def test_n9_leads_see_the_same_with_and_without_it(self, database: Database) -> None:
        with database.write() as session:
            ana, lea, adi = person(session, "Ana"), person(session, "Lea", Role.LEAD), person(session, "Adi", Role.ADMIN)
            case = Shop(session).claimed(ana, "You idiots", abusive=True, needs_reply=True)
            before = _told(session, ana, case, (lea, adi))
            assert exposure.unfold(session, case.latest_mention_id, by=ana, settings=SETTINGS, now=NOON)
            read(session, ana, 12)
            assert _told(session, ana, case, (lea, adi)) == before
            assert [own(session, by).read for by in (lea, adi)] == [0, 0]

    def test_n9_no_act_of_it_is_recorded(self, database: Database) -> None:
        with database.write() as session:
            ana = person(session, "Ana")
            before = session.scalar(select(func.count()).select_from(Audit))
            read(session, ana, 1)
            exposure.set_counted(session, False, by=ana)
            exposure.set_counted(session, True, by=ana)
            exposure.forget_old(session, now=NOON + KEPT)
            assert session.scalar(select(func.count()).select_from(Audit)) == before

    def test_n9_who_leaves_takes_it_along(self, database: Database) -> None:
        with database.write() as session:
            person(session, "Adi", Role.ADMIN)
            ana = person(session, "Ana")
            read(session, ana, 3)
            leaving.leave(session, ana.id, by=None, now=NOON)
            assert rows(session) == 0
            with pytest.raises(NotAllowed):
                exposure.own(session, by=ana, settings=SETTINGS, now=NOON)


class TestRouting:
    def test_n9_who_has_read_enough_is_given_the_calm_ones(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            rude, calm = _rude(shop), shop.case(needs_reply=True)
            read(session, ana, 2)
            assert _next(session, ana, peek=True) == rude.id
            read(session, ana, 1)
            assert [_next(session, ana), _next(session, ana), _next(session, bo)] == [calm.id, None, rude.id]

    @pytest.mark.parametrize("other", ["away", "full", "spared", "speaks another language", "switched off"])
    def test_n9_unless_nobody_else_can_take_it(self, database: Database, other: str) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            read(session, ana, 3)
            _hinder(session, other, ana, bo, shop)
            rude = _rude(shop, language="en")
            assert _next(session, ana) == rude.id

    def test_n9_a_shielded_one_is_the_volunteers_though_others_are_there(self, database: Database) -> None:
        with database.write() as session:
            ana, _, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            ana.takes_abuse = True
            read(session, ana, 3)
            rude = _rude(shop)
            rude.shielded_until = NOON + 10 * MINUTE
            session.flush()
            assert _next(session, ana, peek=True) == rude.id
            assert _next(session, ana, now=NOON + 10 * MINUTE) is None

    def test_n9_nothing_is_kept_for_who_would_not_be_given_it(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, shop = person(session, "Ana"), person(session, "Bo"), Shop(session)
            read(session, ana, 3)
            rude = _rude(shop)
            rude.preferred_id = ana.id
            session.flush()
            assert [_next(session, ana), _next(session, bo)] == [None, rude.id]

    def test_n9_dealing_spares_them_as_well(self, database: Database) -> None:
        with database.write() as session:
            ana, bo, lea, shop = person(session, "Ana"), person(session, "Bo"), person(session, "Lea", Role.LEAD), Shop(session)
            lea.shift = Shift.OFF
            read(session, ana, 3)
            rude = {_rude(shop).id for _ in range(3)}
            calm = {shop.case(needs_reply=True).id for _ in range(3)}
            dealt = routing.deal(session, by=lea, settings=FEW, now=NOON)
            theirs = {case.id: case.assignee_id for case in session.scalars(select(Case).execution_options(populate_existing=True))}
            assert dealt.cases == 6
            assert {theirs[case_id] for case_id in rude} == {bo.id}
            assert ana.id in {theirs[case_id] for case_id in calm}


def _is_verb(one: object) -> bool:
    return inspect.isfunction(one) and one.__module__ == exposure.__name__ and not one.__name__.startswith("_")


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)


def _told(session: Session, about: Person, case: Case, askers: tuple[Person, ...]) -> str:
    """What leads, admins and exports are told of somebody and of a case of theirs."""
    within = performance.Within(NOON - WEEK, NOON + WEEK)
    exported = exports.page(session, exports.choose(session, by=None, now=NOON), 0)
    told: list[Any] = [teams.hands_on(session, now=NOON), exported, workload.of(session, by=about, now=NOON)]
    for by in askers:
        told += [roster.colleagues(session, by=by, now=NOON), caseview.case(session, case.id, by=by, now=NOON)]
        told.append(performance.of_person(session, about.id, within, by=by))
    return repr(told)


def _rude(shop: Shop, **labels: Any) -> Case:
    return shop.case("You idiots", abusive=True, needs_reply=True, **labels)


def _next(session: Session, by: Person, *, now: Any = NOON, peek: bool = False) -> int | None:
    with session.begin_nested() as attempt:
        case = cases.claim_next(session, by=by, settings=FEW, now=now)
        found = case.id if case else None
        if peek:
            attempt.rollback()
    return found


def _hinder(session: Session, other: str, ana: Person, bo: Person, shop: Shop) -> None:
    lea = person(session, "Lea", Role.LEAD)
    lea.shift = Shift.OFF
    match other:
        case "away":
            bo.shift = Shift.BREAK
        case "full":
            bo.open_limit = 1
            shop.claimed(bo)
        case "spared":
            read(session, bo, 3)
        case "speaks another language":
            teams.set_skills(session, bo.id, {SkillKind.LANGUAGE: ["de"]}, by=lea, now=NOON)
        case _:
            exposure.set_counted(session, False, by=ana)
    session.flush()
