"""Joining two cases of one customer, and giving another matter its own case."""

import streamlit as st

from dashboard import actions
from dashboard.actions import Result
from dashboard.folds import previewed
from dashboard.format import clock_words, plain, short
from dashboard.panes import address, confirm
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.cases.caseview import ThreadPost
from desk.queue.inbox import CaseView

LONGEST_CHOICE = 90


def others(view: CaseView) -> dict[int, str]:
    """This customer's other cases that are not closed: only they can be joined with this one."""
    return {past.id: previewed(plain(past.preview), LONGEST_CHOICE, abusive=past.abusive) for past in view.history if past.outcome is None}


def movable(view: CaseView) -> dict[int, str]:
    """What this customer wrote in this case, where there is enough of it to leave something behind."""
    theirs = [post for post in view.thread if post.in_case and not post.is_own]
    if len(theirs) < 2:
        return {}
    return {post.mention_id: _line(post) for post in theirs}


def _line(post: ThreadPost) -> str:
    workspace = here()
    at = clock_words(post.posted_at, now=workspace.now(), zone=clock_zone())
    said = plain(post.text or post.title)
    return short(f"{at} · {previewed(said, LONGEST_CHOICE, abusive=post.abusive)}", LONGEST_CHOICE)


def merge(viewer: Viewer, view: CaseView) -> None:
    """Which case this one becomes part of."""
    choices = others(view)
    if not choices:
        st.text(text("merge.none"))
        return
    st.text(text("merge.why", case=view.row.id))
    st.radio(text("merge.into"), list(choices), format_func=lambda one: text("merge.one", case=one, preview=choices[one]), key="merge_into")
    confirm.buttons("merge.do", _merged, viewer.id, view.row.id)


def _merged(person_id: int, case_id: int) -> Result:
    return _go(actions.merge(here(), person_id, case_id, into=st.session_state["merge_into"]))


def split(viewer: Viewer, view: CaseView) -> None:
    """Which posts get a case of their own."""
    choices = movable(view)
    if not choices:
        st.text(text("split.none"))
        return
    st.text(text("split.why"))
    for mention_id, words in choices.items():
        st.checkbox(words, key=_box(mention_id))
    confirm.buttons("split.do", lambda person_id, case_id: _parted(person_id, case_id, list(choices)), viewer.id, view.row.id)


def _box(mention_id: int) -> str:
    return f"split_{mention_id}"


def _parted(person_id: int, case_id: int, offered: list[int]) -> Result:
    chosen = [mention_id for mention_id in offered if st.session_state.get(_box(mention_id))]
    return _go(actions.split(here(), person_id, case_id, mention_ids=chosen))


def _go(result: Result) -> Result:
    if result.is_done and result.case_id:
        address.set_case(result.case_id)
    return result
