"""The page of rules in Streamlit's own runner: written, tried, switched on, in order, its log undone; for leads only."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from dashboard.workspace import Workspace
from desk.cases import tags
from desk.labels import triage
from desk.rules import rules
from desk.rules.rule_dry_run import dry_run
from storage.models import Case, CaseTag, Mention, Person, Rule, RuleFiring
from storage.words import Role
from tests.support.desk import SETTINGS, Shop, person
from tests.support.listening import LEASE, verdict
from tests.support.pages import page, signed_in, words

SignIn = Callable[[Role], int]


@pytest.fixture
def workspace(sqlite_workspace: Workspace) -> Workspace:
    """Two posts that were labelled, one of them a case, and a tag."""
    with sqlite_workspace.database.write() as session:
        now, shop = sqlite_workspace.now(), Shop(session)
        lea = person(session, "Lea Hart", Role.LEAD, now=now)
        tags.add(session, name="refund", by=lea, now=now)
        shop.mention("My parcel **is** lost", at=now)
        shop.mention("Hello there", at=now)
        _classify(sqlite_workspace, session)
    return sqlite_workspace


def _classify(workspace: Workspace, session: Session) -> None:
    waiting = triage.lease(session, "w", now=workspace.now(), limit=50, lease=LEASE)
    said = [(one, verdict()) for one in waiting]
    triage.record(session, said, engine="e", version="1", settings=SETTINGS, now=workspace.now())


@pytest.fixture
def lead(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> int:
    with workspace.database.read() as session:
        found = session.scalars(select(Person.id).where(Person.name == "Lea Hart")).one()
    signed_in(monkeypatch, workspace, found)
    return found


def written(workspace: Workspace, lead: int, name: str = "Lost", *, is_on: bool = False, **acts: object) -> int:
    with workspace.database.write() as session:
        by, now = session.get_one(Person, lead), workspace.now()
        rule = rules.add(session, rules.draft_of(name, {"query": "parcel"}, acts or {"urgency": "high"}), by=by, now=now)
        if is_on:
            rules.note_dry_run(session, dry_run(session, rule.id, by=by, now=now), by=by, now=now)
            rules.enable(session, rule.id, version=1, by=by, now=now)
        return rule.id


def button(app: AppTest, key: str) -> AppTest:
    (found,) = [one for one in app.button if one.key == key]
    return found.click().run()


def rule_of(workspace: Workspace, rule_id: int) -> Rule:
    with workspace.database.read() as session:
        return session.get_one(Rule, rule_id)


@pytest.mark.usefixtures("lead")
def test_without_rules_the_page_says_what_they_are_for() -> None:
    app = page("rules")
    assert "No rules yet." in words(app)
    assert not app.exception


def test_nobody_but_leads_sees_rules(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, lead: int) -> None:
    written(workspace, lead)
    with workspace.database.write() as session:
        ana = person(session).id
    signed_in(monkeypatch, workspace, ana)
    assert "Lost" not in words(page("rules"))


@pytest.mark.usefixtures("lead")
def test_a_rule_is_written_tried_and_switched_on(workspace: Workspace) -> None:
    app = page("rules", add="1")
    app.text_input(key="ruleform_new_name").set_value("Lost parcels")
    app.text_input(key="ruleform_new_query").set_value('"parcel is"')
    app.selectbox(key="ruleform_new_to_urgency").set_value("high")
    [save] = [one for one in app.button if one.label == "Save"]
    app = save.click().run()
    with workspace.database.read() as session:
        rule = session.scalars(select(Rule)).one()
    assert (rule.name, rule.condition, rule.acts, rule.enabled) == ("Lost parcels", {"query": '"parcel is"'}, {"urgency": "high"}, False)
    assert "Switch on" not in [one.label for one in app.button]
    app = button(app, "rule_try")
    assert "It fits 1 of 2 mentions." in words(app)
    assert "Urgency changed: 1" in words(app)
    assert "My parcel **is** lost" in [one.value for one in app.text]
    button(app, f"rule_switch_trial_{rule.id}")
    assert rule_of(workspace, rule.id).enabled


@pytest.mark.usefixtures("lead")
def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed() -> None:
    app = page("rules", add="1")
    app.text_input(key="ruleform_new_name").set_value("Lost")
    app.text_input(key="ruleform_new_query").set_value("parcel (")
    app.checkbox(key="ruleform_new_mute").set_value(True)
    [save] = [one for one in app.button if one.label == "Save"]
    app = save.click().run()
    assert "character 9" in app.error[0].value.replace("\\", "")
    assert app.text_input(key="ruleform_new_query").value == "parcel ("


def test_a_change_makes_another_version_that_is_off(workspace: Workspace, lead: int) -> None:
    rule_id = written(workspace, lead, is_on=True)
    app = page("rules", id=str(rule_id))
    app.text_input(key=f"ruleform_{rule_id}_query").set_value("parcel OR packet")
    [save] = [one for one in app.button if one.label == "Save"]
    app = save.click().run()
    rule = rule_of(workspace, rule_id)
    assert (rule.version, rule.enabled, rule.condition["query"]) == (2, False, "parcel OR packet")
    assert f"rule_switch_trial_{rule_id}" not in [one.key for one in app.button]


def test_rules_are_put_in_order_and_switched_off_in_the_list(workspace: Workspace, lead: int) -> None:
    first, second = written(workspace, lead, "First", is_on=True), written(workspace, lead, "Second")
    app = button(page("rules"), f"rule_up_{second}")
    assert (rule_of(workspace, second).position, rule_of(workspace, first).position) == (0, 1)
    button(app, f"rule_switch_list_{first}")
    assert not rule_of(workspace, first).enabled


def test_what_it_did_is_listed_and_undone(workspace: Workspace, lead: int) -> None:
    with workspace.database.read() as session:
        tag_id = tags.offered(session)[0].id
    rule_id = written(workspace, lead, tags=[tag_id], is_on=True)
    with workspace.database.write() as session:
        Shop(session, source="reddit").mention("Another parcel is lost", at=workspace.now())
        _classify(workspace, session)
        firing = session.scalars(select(RuleFiring)).one().id
    app = page("rules", id=str(rule_id))
    assert "Put refund" in words(app).replace("\\", "")
    app = button(app, f"rule_undo_{firing}")
    assert "undone by Lea Hart" in words(app).replace("\\", "")
    with workspace.database.read() as session:
        assert session.scalars(select(CaseTag)).all() == []


def test_all_that_a_rule_did_in_the_last_hour_is_undone_at_once(workspace: Workspace, lead: int) -> None:
    rule_id = written(workspace, lead, mute=True, is_on=True)
    with workspace.database.write() as session:
        shop = Shop(session, source="reddit")
        for n in range(30):
            shop.mention(f"Parcel {n} is lost", at=workspace.now())
        _classify(workspace, session)
        before = len(session.scalars(select(Case.id)).all())
    button(page("rules", id=str(rule_id)), "rule_undo_all")
    with workspace.database.read() as session:
        assert len(session.scalars(select(Case.id)).all()) == before + 30
        assert session.scalars(select(Mention.id).where(Mention.muted_by_id.is_not(None))).all() == []


def test_a_removed_rule_leaves_the_list(workspace: Workspace, lead: int) -> None:
    rule_id = written(workspace, lead)
    app = button(page("rules", id=str(rule_id)), "rule_remove")
    assert rule_of(workspace, rule_id).removed_at is not None
    assert "No rules yet." in words(app)
    assert "There is no such rule here any more." in words(page("rules", id=str(rule_id)))
