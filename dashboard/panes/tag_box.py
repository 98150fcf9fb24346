"""Tags of one case or one mention: what is on it, and what can be put on."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboard import parts, staff, tag_actions
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.cases import tags
from desk.cases.tags import TagView
from desk.queue.inbox import CaseView

Save = Callable[[int, int, str, tuple[int, ...]], None]

ASKED = "tag_mention"
"""Holds the mention whose tags are being chosen."""


def draw(viewer: Viewer, view: CaseView) -> None:
    """The button beside a case's acts."""
    label = text("tag.button_some", n=len(view.tags)) if view.tags else text("tag.button")
    with st.popover(label, key="tag_popover"):
        names = _names(staff.tags_offered(), view.tags)
        _chooser(f"tags_{view.row.id}", text("tag.on"), names, view.tags, _of_case, viewer.id, view.row.id)


def ask(mention_id: int) -> None:
    """Choose the tags of this mention in the next run."""
    st.session_state[ASKED] = mention_id


def dialog(viewer: Viewer) -> None:
    """The tags of the mention that was asked for, if any."""
    mention_id: int | None = st.session_state.get(ASKED)
    if mention_id is None:
        return

    def body() -> None:
        with here().database.read() as session:
            on = tags.of_mentions(session, [mention_id]).get(mention_id, ())
            names = _names(tags.offered(session), on)
        _chooser(f"tags_of_mention_{mention_id}", text("tag.on_mention"), names, on, _of_mention, viewer.id, mention_id)

    parts.dialog(text("tag.title"), body, stands=lambda: ASKED in st.session_state, over=_over)


def _names(offered: Sequence[TagView], on: Sequence[TagView]) -> dict[int, str]:
    """A retired tag that is on it can be taken off."""
    return {tag.id: tag.name for tag in (*offered, *on)}


def _chooser(key: str, label: str, names: Mapping[int, str], on: Sequence[TagView], act: Save, person_id: int, holder_id: int) -> None:
    if not names:
        st.text(text("tag.none_offered"))
        return
    before = tuple(tag.id for tag in on)
    # A value that is set while the popover is closed never arrives: other tags are another widget, which begins with them.
    chosen = "_".join([key, *map(str, before)])
    offered = sorted(names, key=lambda tag_id: names[tag_id].casefold())
    st.multiselect(label, offered, default=before, key=chosen, format_func=lambda tag_id: names[tag_id])
    st.button(text("tag.save"), key=f"{key}_save", type="primary", on_click=act, args=(person_id, holder_id, chosen, before))


def _of_case(person_id: int, case_id: int, key: str, before: tuple[int, ...]) -> None:
    tell(tag_actions.of_case(here(), person_id, case_id, before=before, after=st.session_state[key]))


def _of_mention(person_id: int, mention_id: int, key: str, before: tuple[int, ...]) -> None:
    tell(tag_actions.of_mention(here(), person_id, mention_id, before=before, after=st.session_state[key]))
    _over()


def _over() -> None:
    st.session_state.pop(ASKED, None)
