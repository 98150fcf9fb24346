"""A source of another package on the board: it has the place, the form and the words that it declares."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from careline import layers
from careline.settings import Settings
from dashboard import declared_words, feed_form
from dashboard.feed_form import Typed
from dashboard.format import source_words, word_of
from dashboard.texts.language import GERMAN, passing, speak
from dashboard.workspace import Workspace
from desk.feeds import feed_previews
from desk.feeds.feed_previews import Step
from desk.sources import known
from desk.sources.declaration import Declaration, Field, KindForm, Secret, SourceForm
from storage.models import Brand, Feed
from storage.words import Role
from tests.dashboard.conftest import SignIn
from tests.support.pages import page

BOARD = Field("board", is_option=True, is_required=True, longest=10)
FORUM = Declaration(
    words={
        "en": {"source": "Kettle forum", "about": "New posts of a board.", "kind.posts": "All posts", "field.board": "Which board"},
        "de": {"source": "Kesselforum", "kind.posts": "Alle Beiträge"},
    },
    prices={"count": 500},
    counts={"search": (("count", 2),)},
    form=SourceForm(
        kinds=(KindForm("posts", (BOARD, Field("query"))), KindForm("search", (Field("query", is_required=True),))),
        secrets=(Secret("token", "listen"),),
    ),
)


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    known.tell({"kettles": FORUM})
    yield
    known.tell({})


def told(shown: AppTest) -> str:
    return " ".join(str(one.value) for one in (*shown.caption, *shown.error)).replace("\\", "")


def test_ops_add_a_feed_of_it(workspace: Workspace, sign_in: SignIn) -> None:
    with workspace.database.write() as session:
        session.add(Brand(name="Acme"))
    sign_in(Role.OPS)
    shown = page("feeds", add="1")
    shown.button_group(key="feedform_new_source").set_value("kettles").run()
    assert not shown.exception
    assert "New posts of a board." in told(shown)
    assert [one.label for one in (*shown.text_input, *shown.text_area)] == ["Name", "Which board", "Only posts with (empty: all)"]
    shown.text_input(key="feedform_new_name").set_value("Kettles")
    next(one for one in shown.button if one.label == "Add this feed").click().run()
    assert "It needs an answer: Which board." in told(shown)
    shown.text_input(key="feedform_new_kettles_posts_board").set_value("repairs")
    shown.text_input(key="feedform_new_name").set_value("Kettles")
    next(one for one in shown.button if one.label == "Add this feed").click().run()
    assert not shown.error, told(shown)
    with workspace.database.read() as session:
        feed = session.scalars(select(Feed).where(Feed.name == "Kettles")).one()
        assert (feed.source, feed.kind, feed.options["board"]) == ("kettles", "posts", "repairs")


def test_its_words_are_those_of_who_reads_and_english_where_it_has_none() -> None:
    assert (source_words("kettles", "a.example"), declared_words.kind("kettles", "posts")) == ("Kettle forum · a.example", "All posts")
    with passing():
        speak(GERMAN)
        assert (word_of("source", "kettles"), declared_words.kind("kettles", "posts")) == ("Kesselforum", "Alle Beiträge")
        assert declared_words.about("kettles") == "New posts of a board."
    assert declared_words.name("some_forum") == "some forum"


def test_its_answers_are_judged_by_its_own_fields() -> None:
    typed = Typed("Kettles", "kettles", "posts", {"board": "much too long for it"}, "Acme", None, 300)
    assert feed_form.faults(typed) == {"board": "20 characters are too many: 10 at most."}
    assert feed_form.draft(typed).options == {"board": "much too long for it"}


def test_what_a_preview_costs_is_what_it_says() -> None:
    assert feed_previews.has_count("kettles", "search")
    assert not feed_previews.has_count("kettles", "posts")
    assert [one.micros for one in feed_previews.price("kettles", "search", Step.COUNT)] == [1_000]
    assert feed_previews.price("kettles", "search", Step.SAMPLE) == ()


def test_the_board_says_which_secrets_it_needs() -> None:
    settings = Settings.model_validate({"credentials": {"mine": {"source": "kettles"}}})
    (view,) = layers.credential_views(settings)
    assert [secret.variable for secret in view.secrets] == ["CARELINE_MINE_TOKEN"]


def test_a_secret_is_for_listening_or_for_replying() -> None:
    with pytest.raises(ValueError, match="listen or reply"):
        Secret("token", "both")
