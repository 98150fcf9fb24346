"""The Outcomes page in Streamlit's own runner, on an empty and on a seeded workspace."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from dashboard.outcome_charts import HITS, PICK
from dashboard.workspace import Workspace
from desk.cases import cases
from desk.figures import answers
from desk.outcomes import declines, held, outcomes
from desk.outcomes.outcomes import CAUSE_UNKNOWN, ResolutionDraft
from storage.models import Person, Resolution, Team
from storage.words import Outcome, Role
from tests.dashboard.pages import param
from tests.support.desk import SETTINGS, Shop, person
from tests.support.outbox import queue, send
from tests.support.pages import page, signed_in, words

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
HOSTILE = "![beacon](https://evil.example/x.png) <img src=x> :red[loud] $x$"
WHOLE = ResolutionDraft(f"Firmware {HOSTILE}", "update", "she wrote that it works")


@pytest.fixture
def workspace(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A lead is signed in."""
    with sqlite_workspace.database.write() as session:
        lead = person(session, "Lea Hart", Role.LEAD)
    signed_in(monkeypatch, sqlite_workspace, lead.id)
    return sqlite_workspace


@pytest.fixture
def ended(workspace: Workspace) -> dict[str, int]:
    """One case of each kind, all within the last ten days; their ids."""
    now = workspace.now()
    with workspace.database.write() as session:
        ana, shop = person(session, "Ana Moss"), Shop(session)
        then = now - 9 * DAY
        held_case, early, back, declined, unknown = (
            shop.claimed(ana, f"{name} {HOSTILE}", at=at)
            for name, at in (("held", then), ("early", now - DAY), ("back", then), ("no", then), ("why", now - DAY))
        )
        send(session, queue(session, held_case, shop, ana, now=then), at=then + 20 * MINUTE)
        outcomes.close(session, held_case.id, outcome=Outcome.SOLVED, resolution=WHOLE, by=ana, now=then + 30 * MINUTE)
        for case, at in ((early, now - DAY), (back, then)):
            outcomes.close(session, case.id, outcome=Outcome.SOLVED, reuse=held_case.resolution_id, by=ana, now=at + MINUTE)
        cases.reopen(session, back.id, by=ana, settings=SETTINGS, now=then + DAY)
        told = declines.Declined("too old", f"Rule 4 {HOSTILE}", "repair")
        outcomes.close(session, declined.id, outcome=Outcome.DECLINED, declined=told, by=ana, now=then + MINUTE)
        nobody = ResolutionDraft(CAUSE_UNKNOWN, "", "")
        outcomes.close(session, unknown.id, outcome=Outcome.SOLVED, resolution=nobody, by=ana, now=now - DAY)
        held.settle(session, settings=SETTINGS, now=now)
        answers.measure(session, settings=SETTINGS, now=now)
        ids = {"held": held_case.id, "early": early.id, "back": back.id, "declined": declined.id, "unknown": unknown.id}
        return ids | {"fix": held_case.resolution_id or 0, "feed": shop.feed.id}


def press(shown: AppTest, key: str) -> AppTest:
    return shown.button(key=key).click().run()


def linked(shown: AppTest) -> list[str]:
    return [link.proto.query_string for link in shown.get("page_link") if "case=" in link.proto.query_string]


def listed(shown: AppTest, ended: dict[str, int]) -> list[str]:
    """The cases behind the figure; the one whose cause is unknown stands on the page anyway."""
    return [one for one in linked(shown) if one != f"case={ended['unknown']}"]


def specs(shown: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in shown.get("vega_lite_chart")]


@pytest.mark.usefixtures("workspace")
def test_an_empty_workspace_says_so() -> None:
    shown = page("outcomes")
    assert "No case ended in the last 28 days." in words(shown)
    assert "Every solved case has its cause." in words(shown)
    assert specs(shown) == []


@pytest.mark.usefixtures("ended")
def test_n5_solved_stands_with_what_held_and_what_came_back() -> None:
    shown = page("outcomes")
    metrics = {metric.label: metric.value for metric in shown.metric}
    assert (metrics["✓ Held"], metrics["◔ Too early to say"], metrics["↺ Came back"]) == ("1", "2", "1")
    assert "1 of 2 that can be judged held; a share needs 30" in words(shown)
    assert metrics["First answer"].startswith("Half within")


def test_every_figure_opens_its_cases_and_a_link_to_each(ended: dict[str, int]) -> None:
    for key, figure, case in (
        ("held", "held:", "held"),
        ("back", "back:", "back"),
        ("declined", "outcome:declined", "declined"),
        ("rule_0", None, "declined"),
        (f"cause_{ended['fix']}", f"cause:{ended['fix']}", "early"),
    ):
        shown = press(page("outcomes"), f"outcomes_show_{key}")
        assert not shown.exception
        found = param(shown, "show")
        assert figure is None or found == figure
        assert f"case={ended[case]}" in linked(shown)


def test_a_bar_of_a_distribution_opens_its_cases(ended: dict[str, int]) -> None:
    shown = page("outcomes", show="frt:2", clock="wall")
    assert "First answer, 15–30 min: 1" in words(shown).replace("\\", "")
    assert linked(shown)[0] == f"case={ended['held']}"
    params = [one["params"][0]["name"] for one in specs(shown) if "params" in one]
    assert set(params) == {PICK}
    assert "No case: Next answers, under 5 min" in words(page("outcomes", show="nrt:0")).replace("\\", "")
    assert not page("outcomes", show="frt:99999999999999999999").exception
    assert not page("outcomes", show="cause:99999999999999999999").exception


def test_one_feed_is_shown_alone_and_one_that_is_gone_is_everything(workspace: Workspace, ended: dict[str, int]) -> None:
    with workspace.database.write() as session:
        session.add(Team(name="Night", created_at=workspace.now()))
    assert "does not exist here any more" in words(page("outcomes", scope="feed-999"))
    shown = page("outcomes", scope=f"feed-{ended['feed']}", days="7")
    assert "✓ Held" in {metric.label for metric in shown.metric}
    shown.selectbox(key="outcomes_scope").set_value("team-1").run()
    assert param(shown, "scope") == "team-1"
    assert "No case ended in the last 7 days." in words(shown)


def test_n1_a_lead_fills_in_the_cause_that_nobody_knew(workspace: Workspace, ended: dict[str, int]) -> None:
    shown = page("outcomes")
    assert f"Case {ended['unknown']}" in words(shown).replace("\\", "")
    (save,) = [button.key for button in shown.button if (button.key or "").startswith("outcomes_save_")]
    number = int(str(save).rpartition("_")[2])
    for name in ("cause", "fix", "evidence"):
        shown.text_input(key=f"outcomes_{name}_{number}").set_value(f"the {name}")
    press(shown, str(save))
    with workspace.database.read() as session:
        assert session.get_one(Resolution, number).cause == "the cause"
    assert "Every solved case has its cause." in words(shown)


@pytest.mark.usefixtures("ended")
def test_n1_what_solved_something_is_found_by_its_words() -> None:
    shown = page("outcomes")
    assert "spared 1 person" in words(shown)
    shown.text_input(key="outcomes_search").set_value("firmware update").run()
    assert WHOLE.cause in [element.value for element in shown.text]
    shown.text_input(key="outcomes_search").set_value("nothing of the kind").run()
    assert "Nothing that solved something has these words." in words(shown)


def test_n5_what_somebody_solved_is_for_them_and_leads(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, ended: dict[str, int]
) -> None:
    del ended
    shown = page("outcomes")
    shown.selectbox(key="outcomes_who").select_index(1).run()
    assert "Of what Ana Moss solved" in words(shown)
    with workspace.database.write() as session:
        agent, reader = person(session, "Bo Lind"), person(session, "Rik Vale", Role.READER)
    for who, heading in ((agent, "Of what you solved"), (reader, None)):
        signed_in(monkeypatch, workspace, who.id)
        other = page("outcomes")
        assert "outcomes_who" not in {box.key for box in other.selectbox}
        assert (heading in words(other)) if heading else ("Of what" not in words(other))
        assert not [button for button in other.button if (button.key or "").startswith("outcomes_save_")]


@pytest.mark.usefixtures("ended")
def test_what_customers_and_colleagues_wrote_is_never_markdown() -> None:
    for show in ("held:", "outcome:declined", ""):
        shown = page("outcomes", show=show)
        for element in (*shown.markdown, *shown.caption, *shown.subheader, *shown.button):
            said = str(getattr(element, "value", "") or "") + str(getattr(element, "label", "") or "")
            assert "![beacon](" not in said
            assert "<img" not in said


def test_a_step_of_the_five_instants_opens_its_cases(ended: dict[str, int]) -> None:
    shown = page("outcomes")
    shown = press(shown, "outcomes_show_step_answered")
    assert not shown.exception
    assert param(shown, "show") == "step:answered"
    assert "Seen → answered: 1" in words(shown).replace("\\", "")
    assert listed(shown, ended) == [f"case={ended['held']}"]


def test_a_day_of_the_line_opens_its_cases_by_its_list_and_by_a_click(workspace: Workspace, ended: dict[str, int]) -> None:
    with workspace.database.write() as session:
        ana, shop = person(session, "Cy Dent"), Shop(session)
        then = workspace.now() - 3 * DAY
        case = shop.claimed(ana, "Another day", at=then)
        send(session, queue(session, case, shop, ana, now=then), at=then + 5 * MINUTE)
        answers.measure(session, settings=SETTINGS, now=then)
    shown = page("outcomes", clock="wall")
    days = shown.selectbox(key="outcomes_span")
    assert len(days.options) == 2
    shown = days.select_index(1).run()
    assert not shown.exception
    assert listed(shown, ended) == [f"case={case.id}"]
    assert (param(shown, "show") or "").startswith("span:")
    again = page("outcomes", clock="wall", show=param(shown, "show") or "")
    assert again.selectbox(key="outcomes_span").index == 1
    assert listed(again, ended) == [f"case={case.id}"]
    (line,) = [
        spec for spec in specs(again) if any(layer.get("name") == HITS and layer["mark"]["type"] == "rule" for layer in spec["layer"])
    ]
    assert line["params"][0]["name"] == PICK
    assert line["params"][0]["select"]["fields"] == ["at"]
    assert f"case={ended['held']}" in linked(days.select_index(0).run())


def test_n5_what_somebody_solved_opens_its_cases_for_them_and_leads(
    workspace: Workspace, ended: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace.database.write() as session:
        ana = session.scalars(select(Person).where(Person.name == "Ana Moss")).one()
        bo = person(session, "Bo Lind")
    for person_id, figure, cases_listed in (
        (ana.id, f"person:{ana.id}-held", [f"case={ended['held']}"]),
        (ana.id, f"person:{ana.id}-back", [f"case={ended['back']}"]),
        (bo.id, f"person:{ana.id}-held", []),
        (bo.id, f"person:{bo.id}-held", []),
    ):
        signed_in(monkeypatch, workspace, person_id)
        shown = page("outcomes", show=figure)
        assert not shown.exception
        assert listed(shown, ended) == cases_listed
        assert ("Ana Moss solved it" in words(shown)) is bool(cases_listed)
    signed_in(monkeypatch, workspace, ana.id)
    assert param(press(page("outcomes"), "outcomes_show_person_back"), "show") == f"person:{ana.id}-back"
