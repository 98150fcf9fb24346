"""The page of own labels in Streamlit's own runner: a label named, taught, learnt, looked at and switched on; and where it shows afterwards."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from classifier.own_labels import OwnLabels
from dashboard import own_label_actions
from dashboard.actions import Kind
from dashboard.workspace import Workspace
from desk.figures import rollups
from desk.labels import label_heads, own_labels, triage
from desk.people import people
from desk.queue import filters, inbox
from desk.rules import rules
from storage.models import Feed, LabelExample, Mention, MentionLabel, OwnLabel
from tests.dashboard.conftest import Floor
from tests.dashboard.pages import Desk, component, press, press_label, said, toasts
from tests.support.desk import SETTINGS
from tests.support.engines import EmbeddingEngine
from tests.support.listening import LEASE, verdict
from tests.support.own_labels import PARCELS, REFUNDS, learnt, offered

PAGE = "own_labels"


@pytest.fixture
def desk(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Desk:
    with sqlite_workspace.database.write() as session:
        offered(session)
    return Desk(sqlite_workspace, monkeypatch)


def labelled(desk: Desk, floor: Floor, *, is_on: bool = False) -> int:
    """A label with its examples; with `is_on` it is in force, and on the first mention."""
    board = desk.workspace
    result = own_label_actions.add(board, floor.lead, name="Packaging **damaged**", meaning="The parcel came damaged")
    assert result.values
    label_id: int = result.values["label"]
    own_label_actions.paste(board, floor.lead, label_id, PARCELS, is_it=True)
    own_label_actions.paste(board, floor.lead, label_id, REFUNDS, is_it=False)
    if is_on:
        with board.database.write() as session:
            by, now = people.active(session, floor.lead), board.now()
            head = label_heads.store(session, label_id, EmbeddingEngine.embedding, learnt(), takes_over=False, now=now)
            own_labels.switch_on(session, label_id, head_id=head, by=by, now=now)
        own_label_actions.say(board, floor.lead, label_id, floor.mentions[0], is_it=True)
    return label_id


def test_a_lead_names_a_label_and_gives_examples(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.come_to(sqlite_floor.lead, PAGE)
    assert "No labels of your own yet" in said(app)
    app = press(app, "own_add")
    app.text_input(key="own_name_new").set_value("Packaging")
    app.text_area(key="own_meaning_new").set_value("")
    app = press_label(app, "Save")
    assert "Say what the label means" in said(app)
    app.text_input(key="own_name_new").set_value("Packaging")
    app.text_area(key="own_meaning_new").set_value("The parcel came damaged")
    app = press_label(app, "Save")
    assert toasts(app) == ["Label added"]
    assert "Packaging" in said(app)
    app = app.segmented_control(key="own_part").set_value("paste").run()
    app.text_area(key="own_pasted").set_value("\n".join(PARCELS[:3]))
    app = press(app, "own_paste_is")
    assert toasts(app) == ["3 examples added"]
    assert app.text_area(key="own_pasted").value == ""
    app = press(app, "own_learn_now")
    assert toasts(app) == ["Give at least 8 examples: it is 3 so far"]


def test_posts_are_found_and_said_to_be_one_or_not(desk: Desk, sqlite_floor: Floor) -> None:
    label_id = labelled(desk, sqlite_floor)
    app = desk.come_to(sqlite_floor.lead, PAGE, id=str(label_id))
    first, second = sqlite_floor.mentions[:2]
    app = press(app, f"own_is_{first}")
    assert toasts(app) == ["Kept as an example"]
    app = press(app, f"own_is_not_{second}")
    assert "You have said: it is not" in said(app)
    with desk.workspace.database.read() as session:
        found = {one.mention_id: one.is_it for one in session.scalars(select(LabelExample)) if one.mention_id}
        assert found == {first: True, second: False}
        assert [one.mention_id for one in session.scalars(select(MentionLabel))] == [first]
    app = app.segmented_control(key="own_part").set_value("known").run()
    with desk.workspace.database.read() as session:
        example = session.scalars(select(LabelExample.id).where(LabelExample.mention_id == first)).one()
    app = press(app, f"own_drop_{example}")
    assert toasts(app) == ["Example taken back"]


def test_figures_are_shown_before_it_is_switched_on(desk: Desk, sqlite_floor: Floor) -> None:
    label_id = labelled(desk, sqlite_floor)
    app = press(desk.come_to(sqlite_floor.lead, PAGE, id=str(label_id)), "own_learn_now")
    assert "The classifier is learning" in said(app)
    assert not [one for one in app.button if one.key == "own_on"]
    own = OwnLabels(desk.workspace.database, EmbeddingEngine())
    with desk.workspace.database.write() as session:
        work = label_heads.asked(session, label_id)
        assert work is not None
        request = dict(work.request)
        work.state, work.done_at = type(work.state)("done"), desk.workspace.now()
    own.answer(request)
    app = desk.come_to(sqlite_floor.lead, PAGE, id=str(label_id))
    words = said(app)
    assert "Found of them all: 10 of 10" in words
    assert "Few examples" in words
    assert "random posts of late were taken as" in words
    app = press(app, "own_on")
    assert toasts(app)[0].startswith("Switched on")
    with desk.workspace.database.read() as session:
        assert session.get_one(OwnLabel, label_id).is_on
    app = press(app, "own_off")
    assert toasts(app) == ["Switched off"]


def test_a_feed_is_taught_what_is_about_us(desk: Desk, sqlite_floor: Floor) -> None:
    app = desk.come_to(sqlite_floor.lead, PAGE)
    app = press(app, "own_feed_add")
    with desk.workspace.database.read() as session:
        label = session.scalars(select(OwnLabel)).one()
        feed = session.get_one(Feed, label.feed_id or 0)
    assert f"About us: {feed.name}" in said(app)
    app = press(app, f"own_not_us_{sqlite_floor.mentions[2]}")
    assert "You have said: not about us" in said(app)


def test_only_leads_see_the_page(desk: Desk, sqlite_floor: Floor) -> None:
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        desk.come_to(sqlite_floor.ana, PAGE)
    refused = own_label_actions.add(desk.workspace, sqlite_floor.ana, name="Mine", meaning="Mine")
    assert refused.kind is not Kind.DONE


def test_a_label_shows_on_mentions_and_narrows_them(desk: Desk, sqlite_floor: Floor) -> None:
    label_id = labelled(desk, sqlite_floor, is_on=True)
    app = desk.come_to(sqlite_floor.ana, "mentions")
    rows = component(app, "sheet")["blocks"]
    assert [row["mention"] for row in rows if "Label: Packaging **damaged**" in row["words"]] == [sqlite_floor.mentions[0]]
    assert all(any(one["verb"] == "own" for one in row["actions"]) for row in rows)
    app = app.selectbox(key="mentions_label").select(str(label_id)).run()
    assert [row["mention"] for row in component(app, "sheet")["blocks"]] == [sqlite_floor.mentions[0]]


def test_a_label_shows_on_its_case_and_narrows_the_queue(desk: Desk, sqlite_floor: Floor) -> None:
    label_id = labelled(desk, sqlite_floor, is_on=True)
    app = desk.open(sqlite_floor.ana, case=str(sqlite_floor.cases[0]), label=str(label_id))
    assert not app.exception
    drawn = [
        node.proto.bytes.decode() for node in app._tree if node.type == "bidi_component" and node.proto.component_name == "careline_sheet"
    ]
    assert any("Label: Packaging **damaged**" in one for one in drawn)
    shown = filters.QueueFilter(view="all", label_id=label_id)
    with desk.workspace.database.read() as session:
        rows = inbox.queue(session, shown, now=desk.workspace.now())
    assert [row.id for row in rows] == [sqlite_floor.cases[0]]
    assert f"label={label_id}" in component(app, "queue")["query"]


def test_a_label_is_drawn_on_trends(desk: Desk, sqlite_floor: Floor) -> None:
    labelled(desk, sqlite_floor, is_on=True)
    with desk.workspace.database.write() as session:
        rollups.rebuild(session)
    app = desk.come_to(sqlite_floor.ana, "trends")
    assert not app.exception
    assert "Mentions labelled “Packaging **damaged**”" in said(app)
    assert "1 mentions in this period" in said(app)


def test_a_rule_asks_for_a_label(desk: Desk, sqlite_floor: Floor) -> None:
    label_id = labelled(desk, sqlite_floor, is_on=True)
    app = desk.come_to(sqlite_floor.lead, "rules", add="1")
    app.text_input(key="ruleform_new_name").set_value("Boxes")
    app.multiselect(key="ruleform_new_labels").set_value([label_id])
    app.checkbox(key="ruleform_new_mute").set_value(True)
    app = press_label(app, "Save")
    assert "its own label is Packaging **damaged**" in said(app)
    with desk.workspace.database.read() as session:
        (rule,) = rules.listed(session, by=people.active(session, sqlite_floor.lead), now=desk.workspace.now())
        assert rule.condition.labels == (label_id,)


def test_what_is_not_about_us_says_so_in_the_list(desk: Desk, sqlite_floor: Floor) -> None:
    board = desk.workspace
    with board.database.write() as session:
        by, now = people.active(session, sqlite_floor.lead), board.now()
        mention = session.get_one(Mention, sqlite_floor.mentions[2])
        feed_id = own_labels.feeds_of(session, mention.id)[0]
        label = own_labels.of_feed(session, feed_id, by=by, now=now)
        head = label_heads.store(session, label.id, EmbeddingEngine.embedding, learnt(), takes_over=False, now=now)
        own_labels.switch_on(session, label.id, head_id=head, by=by, now=now)
        mention.triaged_at, mention.case_id = None, None
        session.flush()
        (waiting,) = [one for one in triage.lease(session, "w", now=now, limit=9, lease=LEASE) if one.mention_id == mention.id]
        triage.record(session, [(waiting, replace(verdict(), own={label.id: 0.1}))], engine="e", version="1", settings=SETTINGS, now=now)
    app = desk.come_to(sqlite_floor.ana, "mentions")
    row = next(one for one in component(app, "sheet")["blocks"] if one["mention"] == sqlite_floor.mentions[2])
    assert "Probably not about us" in row["words"]
