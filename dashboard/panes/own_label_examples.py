"""Examples of one label: found among the posts that were heard, pasted, or taken back."""

import streamlit as st

from dashboard import own_label_actions
from dashboard.filters import LONGEST_TEXT
from dashboard.format import clock_words, plain, short, source_words
from dashboard.frame import tell
from dashboard.panes import fold
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.labels import label_examples
from desk.labels.label_examples import ExampleView
from desk.labels.own_labels import OwnLabelView
from desk.queue import inbox
from desk.queue.inbox import MentionFilter, MentionRow
from storage.words import OwnLabelKind

PARTS = ("find", "paste", "known")
PART, WORDS, PASTED = "own_part", "own_words", "own_pasted"
FOUND = 10
LONGEST_SHOWN = 400


def draw(viewer: Viewer, view: OwnLabelView) -> None:
    """One of three ways to look at the examples."""
    st.subheader(text("own.teach"), anchor=False)
    part = st.segmented_control(
        text("own.teach"),
        PARTS,
        key=PART,
        default=PARTS[0],
        format_func=lambda one: text(f"own.teach.{one}"),
        required=True,
        label_visibility="collapsed",
    )
    with st.container(key=f"own_part_{part}", gap="small"):
        {"find": _find, "paste": _paste, "known": _known}[part](viewer, view)


def words(view: OwnLabelView, *, is_it: bool) -> str:
    """The end of a text's name: what is said of a label, or of a feed."""
    if view.kind is OwnLabelKind.RELEVANCE:
        return "us" if is_it else "not_us"
    return "is" if is_it else "is_not"


def _find(viewer: Viewer, view: OwnLabelView) -> None:
    st.text_input(text("own.find"), key=WORDS, live=True, max_chars=LONGEST_TEXT, icon=":material/search:")
    shown = MentionFilter(text=st.session_state[WORDS], feed_id=view.feed_id, is_own=False)
    with here().database.read() as session:
        rows = inbox.mentions(session, shown, now=here().now(), limit=FOUND)
        said = {row.id: label_examples.said_of(session, row.id).get(view.id) for row in rows}
    if not rows:
        st.caption(text("own.find.none"))
    for row in rows:
        _post(viewer, view, row, said=said[row.id])


def _post(viewer: Viewer, view: OwnLabelView, row: MentionRow, *, said: bool | None) -> None:
    when = clock_words(row.posted_at, now=here().now(), zone=clock_zone())
    with st.container(border=True, gap="xsmall", key=f"own_post_{row.id}"):
        st.caption(plain(f"{row.author} · {source_words(row.source, row.site)} · {when}"))
        fold.draw(row.id, [short(f"{row.title}\n{row.text}".strip(), LONGEST_SHOWN)], abusive=bool(row.abusive))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for is_it in (True, False):
                name = words(view, is_it=is_it)
                st.button(
                    text(f"own.{name}"),
                    key=f"own_{name}_{row.id}",
                    icon=":material/check:" if is_it else ":material/close:",
                    type="primary" if said is is_it else "secondary",
                    on_click=_say,
                    args=(viewer.id, view.id, row.id, is_it),
                )
            if said is not None:
                st.caption(text(f"own.said.{words(view, is_it=said)}"), width="content")


def _paste(viewer: Viewer, view: OwnLabelView) -> None:
    st.text_area(text("own.paste"), key=PASTED, height=200)
    with st.container(horizontal=True):
        for is_it in (True, False):
            name = words(view, is_it=is_it)
            label = text(f"own.paste.{name}")
            st.button(
                label, key=f"own_paste_{name}", type="primary" if is_it else "secondary", on_click=_add, args=(viewer.id, view.id, is_it)
            )


def _known(viewer: Viewer, view: OwnLabelView) -> None:
    with here().database.read() as session:
        found = label_examples.examples(session, view.id)
    if not found:
        st.caption(text("own.known.none"))
    for example in found:
        _example(viewer, view, example)


def _example(viewer: Viewer, view: OwnLabelView, example: ExampleView) -> None:
    said = text(f"own.{words(view, is_it=example.is_it)}")
    time = clock_words(example.at, now=here().now(), zone=clock_zone())
    with st.container(border=True, gap="xxsmall", key=f"own_example_{example.id}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            glyph = "✓" if example.is_it else "✕"
            st.caption(plain(f"{glyph} {text('own.known.about', said=said, person=example.person, time=time)}"), width="content")
            spoken = text("own.drop")
            key = f"own_drop_{example.id}"
            st.button("", key=key, icon=":material/delete:", type="tertiary", help=spoken, on_click=_drop, args=(viewer.id, example.id))
        st.text(short(example.text, LONGEST_SHOWN) or text("own.known.gone"))


def _say(viewer_id: int, label_id: int, mention_id: int, is_it: bool) -> None:
    tell(own_label_actions.say(here(), viewer_id, label_id, mention_id, is_it=is_it))


def _add(viewer_id: int, label_id: int, is_it: bool) -> None:
    result = own_label_actions.paste(here(), viewer_id, label_id, st.session_state[PASTED].splitlines(), is_it=is_it)
    tell(result)
    if result.is_done:
        st.session_state[PASTED] = ""


def _drop(viewer_id: int, example_id: int) -> None:
    tell(own_label_actions.drop(here(), viewer_id, example_id))
