"""Posts that are kept from people are drawn at random, looked at, and tell how many customers are missed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from classifier.spot_checks import draw_due
from desk.errors import NotFound
from desk.intake import erasure
from desk.labels import corrections, label_examples, own_labels, spot_checks, triage
from storage.check import check
from storage.database import Database
from storage.models import Case, Correction, Mention, SpotCheck
from storage.words import CheckKind, Flag, Question
from tests.support.desk import lead, person
from tests.support.listening import (
    LEASE,
    MINUTE,
    NO_MATTER,
    NOON,
    SETTINGS,
    classify,
    feed_id,
    how_many,
    listening,
    mention,
    poll,
    post,
    verdict,
)
from tests.support.own_labels import switched_on

DAY = timedelta(days=1)


def drawn(session: Session, *, now: object = NOON) -> int:
    return spot_checks.draw(session, spot_checks.to_draw(session, settings=SETTINGS, now=now), now=now)  # type: ignore[arg-type]


def heard(session: Session, n: int, *, at: object = NOON) -> None:
    """So many posts of which none needs an answer."""
    listening(session)
    poll(session, *(post(str(place), f"a word {place}", by=f"c{place}", at=at) for place in range(n)))  # type: ignore[arg-type]
    classify(session, NO_MATTER)


def views(session: Session, kind: CheckKind = CheckKind.NO_ANSWER) -> list[spot_checks.CheckView]:
    return spot_checks.of_today(session, kind, settings=SETTINGS, now=NOON)


class TestDrawing:
    def test_twenty_a_day_once_a_day_and_none_twice(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 30)
            assert spot_checks.population(session, CheckKind.NO_ANSWER, now=NOON) == 30
            assert drawn(session) == 20
            assert drawn(session, now=NOON + MINUTE) == 0
            assert {row.population for row in session.scalars(select(SpotCheck))} == {30}
            assert drawn(session, now=NOON + timedelta(hours=13)) == 10, "it is another day in London"
            assert len(set(session.scalars(select(SpotCheck.mention_id)))) == 30

    def test_two_who_draw_at_once_draw_once(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 30)
            first, second = (spot_checks.to_draw(session, settings=SETTINGS, now=NOON) for _ in range(2))
            assert (spot_checks.draw(session, first, now=NOON), spot_checks.draw(session, second, now=NOON)) == (20, 0)

    def test_only_what_no_person_sees_is_drawn(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            poll(
                session,
                post("1", "needs one", by="a"),
                post("2", "no matter", by="b"),
                post("3", "doubtful", by="c"),
                post("4", "private", by="d", is_private=True),
            )
            classify(session, NO_MATTER, needs=verdict(), doubtful=replace(NO_MATTER, unsure=("intent",)))
            assert mention(session, "3").flag is Flag.UNSURE
            drawn(session)
            assert [one.mention_id for one in views(session)] == [mention(session, "2").id]

    def test_the_process_draws(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 3, at=database.now())
            session.execute(Mention.__table__.update().values(seen_at=database.now(), bucket_at=database.now()))
        assert draw_due(database, SETTINGS) == 3
        assert draw_due(database, SETTINGS) == 0


class TestJudging:
    def test_a_customer_who_was_missed_becomes_a_case_and_counts(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 4)
            drawn(session)
            ana = person(session)
            first, *others = views(session)
            done = spot_checks.judge(session, first.id, is_missed=True, by=ana, settings=SETTINGS, now=NOON)
            assert done.opened
            assert session.get_one(Case, done.case_id).opening_mention_id == first.mention_id
            for one in others:
                spot_checks.judge(session, one.id, is_missed=False, by=ana, settings=SETTINGS, now=NOON)
            found = spot_checks.missed(session, now=NOON + MINUTE)[CheckKind.NO_ANSWER]
            assert (found.n, found.missed, found.share) == (4, 1, 0.25)
            assert found.interval == pytest.approx((0.0456, 0.6994), abs=1e-3)
            said = {row.mention_id: row.label for row in session.scalars(select(Correction))}
            assert said == {first.mention_id: "true", **{one.mention_id: "false" for one in others}}, "it feeds the accuracy report"
            assert check(session) == []

    def test_a_look_can_be_taken_back(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 1)
            drawn(session)
            ana = person(session)
            (one,) = views(session)
            spot_checks.judge(session, one.id, is_missed=True, by=ana, settings=SETTINGS, now=NOON)
            spot_checks.judge(session, one.id, is_missed=False, by=ana, settings=SETTINGS, now=NOON)
            assert spot_checks.missed(session, now=NOON + MINUTE)[CheckKind.NO_ANSWER].missed == 0
            assert session.get_one(Mention, one.mention_id).needs_reply is False
            with pytest.raises(NotFound):
                spot_checks.judge(session, 999, is_missed=True, by=ana, settings=SETTINGS, now=NOON)

    def test_what_a_colleague_corrected_meanwhile_is_confirmed(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 1)
            drawn(session)
            ana, bo = person(session), person(session, "Bo Lind")
            (one,) = views(session)
            corrections.correct(session, one.mention_id, Question.NEEDS_REPLY, "true", by=bo, settings=SETTINGS, now=NOON)
            done = spot_checks.judge(session, one.id, is_missed=True, by=ana, settings=SETTINGS, now=NOON)
            assert done.case_id is not None

    def test_what_was_about_us_after_all_comes_back_and_teaches(self, database: Database) -> None:
        with database.write() as session:
            listening(session)
            lea = lead(session)
            label = own_labels.of_feed(session, feed_id(session), by=lea, now=NOON)
            switched_on(session, label, lea)
            poll(session, post("1"), post("2", by="bo"))
            waiting = triage.lease(session, "w", now=NOON, limit=9, lease=LEASE)
            said = [(one, replace(verdict(), own={label.id: 0.1})) for one in waiting]
            triage.record(session, said, engine="fake", version="1", settings=SETTINGS, now=NOON)
            drawn(session)
            first, second = views(session, CheckKind.NOT_US)
            done = spot_checks.judge(session, first.id, is_missed=True, by=lea, settings=SETTINGS, now=NOON)
            spot_checks.judge(session, second.id, is_missed=False, by=lea, settings=SETTINGS, now=NOON)
            assert done.opened
            assert session.get_one(Mention, second.mention_id).aside_by_id == label.id
            assert label_examples.counts(session) == {label.id: (1, 1)}
            assert spot_checks.missed(session, now=NOON + MINUTE)[CheckKind.NOT_US].missed == 1
            again = spot_checks.judge(session, first.id, is_missed=False, by=lea, settings=SETTINGS, now=NOON)
            assert again.case_id == done.case_id, "a case that stands is not taken away"

    def test_a_post_that_is_gone_is_no_check_any_more(self, database: Database) -> None:
        with database.write() as session:
            heard(session, 1)
            drawn(session)
            erasure.forget(session, mention(session, "0").id, reason="deleted", settings=SETTINGS, now=NOON)
            session.flush()
            assert views(session) == []
            assert how_many(session, SpotCheck) == 0
