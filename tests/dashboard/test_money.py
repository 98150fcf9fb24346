"""The money part of the Feeds page: who sees what, what the click does, and what each figure opens."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from dashboard import money_actions, money_words
from dashboard import workspace as opened
from dashboard.actions import Kind
from dashboard.texts.language import GERMAN, passing, speak
from dashboard.trend_words import blind_sentences
from dashboard.workspace import Workspace
from desk.figures.trends import Span
from desk.money import thrift
from desk.money.budget import Budget
from desk.money.thrift import Money
from storage.models import Audit, BudgetState, Cost, Credential
from storage.words import BudgetPart, LookResult, Role, ThriftStep
from tests.dashboard.conftest import SignIn
from tests.support.desk import Shop, person
from tests.support.outbox import queue
from tests.support.pages import page, words

DOLLAR = 1_000_000
DAY = timedelta(days=1)


def limited(workspace: Workspace, month: int | None) -> Workspace:
    budgets = {"acme-x": Budget(month * DOLLAR, {BudgetPart.REPLIES: 2 * DOLLAR})} if month is not None else {}
    changed = replace(workspace, settings=replace(workspace.settings, desk=replace(workspace.settings.desk, budgets=budgets, zone="UTC")))
    opened._Opened.workspace = changed
    return changed


@pytest.fixture
def workspace(sqlite_workspace: Workspace) -> Workspace:
    """A credential that spends a dollar a day on keywords."""
    with sqlite_workspace.database.write() as session:
        session.add(Credential(name="acme-x", source="x"))
        session.flush()
        credential_id = session.scalars(select(Credential.id)).one()
        spent = {"credential_id": credential_id, "part": BudgetPart.KEYWORDS, "kind": "post_read", "micros": DOLLAR}
        session.add(Cost(at=sqlite_workspace.now(), **spent))
    return sqlite_workspace


def decide(workspace: Workspace, month: int) -> Workspace:
    changed = limited(workspace, month)
    with changed.database.write() as session:
        thrift.tend(session, settings=changed.settings.desk, now=changed.now())
    return changed


def told(shown: AppTest) -> str:
    return words(shown).replace("\\", "")


def button(shown: AppTest, label: str) -> Any:
    return next((one for one in shown.button if one.label == label), None)


def test_without_a_budget_only_the_sum_is_told(workspace: Workspace, sign_in: SignIn) -> None:
    limited(workspace, None)
    sign_in(Role.OPS)
    shown = page("feeds").run()
    assert not shown.exception
    assert "$1.00 spent since the month began" in told(shown)
    assert button(shown, "Raise for today") is None


def test_a_budget_that_ends_is_told_on_top_and_ops_raise_it_for_today(workspace: Workspace, sign_in: SignIn) -> None:
    changed = decide(workspace, 1)
    by = sign_in(Role.OPS)
    shown = page("feeds").run()
    assert "The acme-x budget of this month is used up." in told(shown)
    assert "nothing is listened to. Replies go on." in told(shown)
    button(shown, "Raise for today").click().run()
    assert not shown.exception
    assert "Raised by Olu Pike until" in told(shown)
    assert button(shown, "Raise for today") is None
    with changed.database.read() as session:
        assert session.scalars(select(BudgetState.raised_by_id)).one() == by
        assert session.scalars(select(Audit.person_id).where(Audit.verb == "budget_raised")).one() == by


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.READER])
def test_others_see_it_and_cannot_raise_it(workspace: Workspace, sign_in: SignIn, role: Role) -> None:
    changed = decide(workspace, 1)
    by = sign_in(role)
    shown = page("feeds").run()
    assert "The acme-x budget of this month is used up." in told(shown)
    assert button(shown, "Raise for today") is None
    with changed.database.read() as session:
        credential_id = session.scalars(select(Credential.id)).one()
    assert money_actions.raise_for_today(changed, by, credential_id).kind is Kind.NOT_ALLOWED


def test_each_figure_opens_what_it_counts(workspace: Workspace, sign_in: SignIn) -> None:
    with workspace.database.write() as session:
        shop, by = Shop(session, source="x"), person(session, "Ana Moss")
        credential_id = session.scalars(select(Credential.id)).one()
        shop.account.credential_id = credential_id
        case = shop.claimed(by, "Lost parcel")
        reply = queue(session, case, shop, by, "On its way", now=workspace.now())
        reply.state, reply.sent_at, reply.cost_micros = "sent", workspace.now(), 200_000
        session.add(
            Cost(
                at=workspace.now(),
                credential_id=credential_id,
                reply_id=reply.id,
                part=BudgetPart.REPLIES,
                kind="link_write",
                micros=200_000,
            )
        )
        case_id = case.id
    sign_in(Role.READER)
    shown = page("feeds").run()
    assert "$0.20 for 1" in told(shown)
    next(one for one in shown.button if str(one.key) == f"costs_{credential_id}_reply").click().run()
    assert not shown.exception
    assert shown.query_params["costs"] == f"{credential_id}-reply"
    assert "Replies sent since the month began" in told(shown)
    assert any("· $0.20" in str(caption.value).replace("\\", "") for caption in shown.caption)
    assert case_id
    button(shown, "Close").click().run()
    assert "costs" not in shown.query_params


def seen(workspace: Workspace) -> Money:
    with workspace.database.read() as session:
        return thrift.money(session, settings=workspace.settings.desk, now=workspace.now())[0]


def test_the_day_is_named_in_the_language_of_who_reads(workspace: Workspace) -> None:
    changed = decide(workspace, 100)
    now = changed.now().replace(month=11, day=10)
    found = replace(seen(changed), ends_at=now.replace(day=18), ends_as_is=None, step=ThriftStep.THINNED)
    assert money_words.warning(found, now=now, zone="UTC") == "At this pace the acme-x budget ends on 18 November."
    assert "would end on 18 November; as it goes on now it lasts." in money_words.sentence(found, now=now, zone="UTC")
    with passing():
        speak(GERMAN)
        assert money_words.warning(found, now=now, zone="UTC") == "In diesem Tempo endet das Budget von acme-x am 18. November."


def test_money_that_lasts_gives_no_warning(workspace: Workspace) -> None:
    changed = decide(workspace, 1_000)
    found = seen(changed)
    assert money_words.warning(found, now=changed.now(), zone="UTC") == ""
    assert "At this pace it lasts until the end of" in money_words.sentence(found, now=changed.now(), zone="UTC")


def test_trends_say_counted_not_read(workspace: Workspace) -> None:
    now = workspace.now()
    span = Span("acme", now - DAY, now, LookResult.BUDGET_USED_UP, 1_412)
    [said] = blind_sentences([span], now=now, zone="UTC")
    assert said.endswith("it was counted, not read (1,412 posts): its budget is used up.")


def quota_of(workspace: Workspace, quota: int, used: int) -> Workspace:
    """The same workspace with a YouTube credential whose day has so many units."""
    with workspace.database.write() as session:
        session.add(Credential(name="acme-tube", source="youtube"))
        session.flush()
        credential_id = session.scalars(select(Credential.id).where(Credential.name == "acme-tube")).one()
        spent = {"credential_id": credential_id, "part": BudgetPart.KEYWORDS, "kind": "quota_unit", "units": used}
        session.add(Cost(at=workspace.now(), **spent))
    desk = replace(workspace.settings.desk, budgets={"acme-tube": Budget(None, {BudgetPart.MENTIONS: 500}, quota)}, zone="UTC")
    changed = replace(workspace, settings=replace(workspace.settings, desk=desk))
    opened._Opened.workspace = changed
    with changed.database.write() as session:
        thrift.tend(session, settings=desk, now=changed.now())
    return changed


def test_a_quota_is_drawn_in_units_and_not_in_money(workspace: Workspace, sign_in: SignIn) -> None:
    quota_of(workspace, 10_000, 9_800)
    sign_in(Role.OPS)
    shown = page("feeds").run()
    assert not shown.exception
    said = told(shown)
    assert "9,800 of 10,000 units of the day's quota used" in said
    assert "The day's acme-tube quota is used up. It begins anew:" in said
    assert "500 units kept" in said
    assert "Keyword feeds stop" in said
    assert {one.label for one in shown.metric} == {"A mention", "A reply", "A solved case"}
    button(shown, "Raise for today").click().run()
    assert "Raised by Olu Pike until" in told(shown)


def test_when_a_quota_ends_is_said_by_the_clock(workspace: Workspace) -> None:
    changed = quota_of(workspace, 10_000, 100)
    now = changed.now().replace(month=11, day=10, hour=9, minute=0)
    (found,) = (one for one in _all_seen(changed) if one.credential == "acme-tube")
    lasting = replace(found, period_ends_at=now.replace(day=11, hour=8), ends_at=None, step=ThriftStep.FULL)
    assert money_words.warning(lasting, now=now, zone="UTC") == ""
    assert "At this pace it lasts until it begins anew (11 Nov 08:00)" in money_words.sentence(lasting, now=now, zone="UTC")
    ending = replace(lasting, ends_at=now.replace(hour=21), ends_as_is=None, step=ThriftStep.NO_RECHECKS)
    assert money_words.warning(ending, now=now, zone="UTC") == "At this pace the day's acme-tube quota ends: 21:00."
    assert "as it goes on now it lasts" in money_words.sentence(ending, now=now, zone="UTC")
    early = replace(ending, ends_as_is=now.replace(hour=23), step=ThriftStep.COUNTED)
    assert "as it goes on now: 23:00" in money_words.sentence(early, now=now, zone="UTC")


def _all_seen(workspace: Workspace) -> list[Money]:
    with workspace.database.read() as session:
        return thrift.money(session, settings=workspace.settings.desk, now=workspace.now())
