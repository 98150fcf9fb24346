"""The page of people and teams: leads see it, admins change it, and nobody leaves before it is seen what stays behind."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import actions, people_actions
from dashboard import workspace as opened
from dashboard.actions import Kind
from dashboard.panes import people_dialogs
from dashboard.settings import CredentialView, SecretView
from desk.people import people
from storage.models import Credential, Person, ReplyAccount
from storage.words import Role
from tests.dashboard.conftest import SECRET, Floor
from tests.dashboard.pages import Desk, component, press, press_label, toasts

PAGE = "app_pages/people.py"


def person(desk: Desk, person_id: int) -> Person:
    with desk.workspace.database.read() as session:
        return session.get_one(Person, person_id)


def choose(app: AppTest, colleague_id: int, name: str) -> None:
    """What choosing from a person's menu leads to: AppTest has no menus."""
    app.session_state[people_dialogs.KEY] = people_dialogs.Asked(name, colleague_id)
    app.run()


def test_a_lead_sees_everybody_with_roles_and_addresses(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.lead, PAGE)
    assert not app.exception
    shown = " ".join(element.value for kind in (app.markdown, app.text, app.caption) for element in kind)
    for words in ("Adi Cole", "Ana Moss", "Bo Lind", "Lea Hart", "Rik Vale", "AM", "admin", "reader", "never"):
        assert words in shown
    assert "Add a person" not in [button.label for button in app.button]


@pytest.mark.parametrize("who", ["ana", "reader"])
def test_others_are_shown_nothing(desk: Desk, sqlite_floor: Floor, who: str) -> None:
    app = desk.open(getattr(sqlite_floor, who), PAGE)
    assert not app.exception
    assert [element.value for element in app.text] == []


def test_an_admin_adds_somebody(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.admin, PAGE)
    press_label(app, "Add a person")
    app.text_input(key="people_form_name").set_value("Cy Dent")
    app.text_input(key="people_form_initials").set_value("am")
    press(app, "people_form_do")
    assert "used before" in app.error[0].value
    app.text_input(key="people_form_initials").set_value("CD")
    press(app, "people_form_do")
    with desk.workspace.database.read() as session:
        (added,) = [one for one in people.everyone(session) if one.initials == "CD"]
        assert (people.roles_of(added), added.is_learning) == ({Role.AGENT}, True)


def test_who_is_experienced_learns_not(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.admin, PAGE)
    press_label(app, "Add a person")
    app.text_input(key="people_form_name").set_value("Cy Dent")
    app.text_input(key="people_form_initials").set_value("CD")
    app.checkbox(key="people_form_experienced").check()
    press(app, "people_form_do")
    with desk.workspace.database.read() as session:
        assert [one.is_learning for one in people.everyone(session) if one.initials == "CD"] == [False]


def test_an_admin_changes_roles_but_not_the_last_admins(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.admin, PAGE)
    choose(app, sqlite_floor.ana, "change")
    app.multiselect(key="people_form_roles").set_value([Role.AGENT, Role.LEAD])
    app.text_input(key="people_form_alias").set_value("Annie")
    press(app, "people_form_do")
    ana = person(desk, sqlite_floor.ana)
    assert (people.roles_of(ana), ana.alias) == ({Role.AGENT, Role.LEAD}, "Annie")
    choose(app, sqlite_floor.admin, "change")
    app.multiselect(key="people_form_roles").set_value([Role.AGENT])
    press(app, "people_form_do")
    assert "only admin" in app.error[0].value
    assert people.roles_of(person(desk, sqlite_floor.admin)) == {Role.ADMIN}


def test_before_somebody_leaves_it_is_seen_what_is_handed_over(desk: Desk, sqlite_floor: Floor) -> None:
    actions.claim(desk.workspace, sqlite_floor.bo, sqlite_floor.cases[0])
    with desk.workspace.database.write() as session:
        credential = Credential(name="acme", source="x")
        session.add(credential)
        session.flush()
        session.get_one(ReplyAccount, sqlite_floor.account).credential_id = credential.id
    views = (CredentialView("acme", "x", (SecretView("bearer_token", "ACME_BEARER", is_set=True),)),)
    desk.workspace = opened.show(replace(desk.workspace.settings, credentials=views), desk.workspace.database, SECRET)
    app = desk.open(sqlite_floor.admin, PAGE)
    choose(app, sqlite_floor.bo, "leave")
    shown = [element.value for element in app.text]
    assert shown[shown.index("Open cases") + 1] == "1"
    assert "acme · ACME_BEARER" in shown
    app.selectbox(key="people_form_to").set_value(sqlite_floor.ana).run()
    press(app, "people_form_do")
    assert not person(desk, sqlite_floor.bo).active
    assert not app.exception
    assert "Bo Lind" not in " ".join(element.value for element in app.markdown)
    with desk.workspace.database.read() as session:
        assert people.everyone(session)
    assert actions.claim(desk.workspace, sqlite_floor.ana, sqlite_floor.cases[0]).kind is Kind.DONE


def test_a_lead_may_say_who_learns_and_no_more(desk: Desk, sqlite_floor: Floor) -> None:
    workspace, lead, ana = desk.workspace, sqlite_floor.lead, sqlite_floor.ana
    assert people_actions.set_learning(workspace, lead, ana, is_learning=True).is_done
    assert person(desk, ana).is_learning
    refused = [
        people_actions.change(workspace, lead, ana, name="X", alias="", roles=[Role.ADMIN]),
        people_actions.leave(workspace, lead, ana, to_person_id=None),
        people_actions.add(workspace, lead, name="X", initials="XX", email="", roles=[Role.AGENT]),
        people_actions.set_learning(workspace, ana, ana, is_learning=False),
    ]
    assert [result.kind for result in refused] == [Kind.NOT_ALLOWED] * 4


def test_a_page_that_stands_open_after_signing_out_acts_for_nobody(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]))
    from dashboard import sign_in_actions
    from dashboard.identity import claim_in, session_in_cookie

    theirs = session_in_cookie(desk.theirs[sqlite_floor.ana], name="careline_8765", secret=SECRET)
    assert sign_in_actions.stand_up(desk.workspace, claim_in(theirs)).is_done
    press(app, "case_claim")
    assert not app.exception
    assert component(app, "signin")["people"]
    assert toasts(app) == []
    assert actions.claim(desk.workspace, sqlite_floor.bo, sqlite_floor.cases[0]).kind is Kind.DONE
