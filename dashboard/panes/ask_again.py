"""Beside the conversation: whether the post that is answered still stands there and says the same, and the question to its platform."""

from datetime import datetime, timedelta

import streamlit as st

from dashboard import parts, recheck_actions, staff
from dashboard.format import Mark, Tone, clock_words, money_words, plain, word_of
from dashboard.frame import has_words, tell
from dashboard.promise_values import badge_words
from dashboard.shift_values import COLOURS
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk import platforms
from desk.cases import asked_again
from desk.cases.asked_again import AskedAgain, Found
from desk.platforms import CURRENCY
from desk.queue.inbox import CaseView
from storage.words import CaseStatus

LOOK_S = 1.0
SLOW = timedelta(seconds=20)
SIGNS = {
    Found.UNCHANGED: ("✓", Tone.GOOD),
    Found.EDITED: ("✎", Tone.WARM),
    Found.GONE: ("✕", Tone.BAD),
    Found.UNTOLD: ("?", Tone.DIM),
    Found.FAILED: ("!", Tone.WARM),
}


def draw(viewer: Viewer, view: CaseView) -> None:
    """For whoever can answer; looked at each second only while an answer is awaited."""
    is_mine = viewer.may_care and view.row.assignee_id == viewer.id and view.row.status != CaseStatus.CLOSED
    if not is_mine or not here().settings.feeds_editable:
        return
    stands = _stands(viewer, view)
    if stands is not None:
        waits = stands.waits_since is not None
        parts.alone(_pane, run_every=LOOK_S if waits else None)(viewer, view, was_waiting=waits)


def _stands(viewer: Viewer, view: CaseView) -> AskedAgain | None:
    public = next((way.mention_id for way in view.ways if not way.is_private), None)
    theirs = [post.mention_id for post in view.thread if post.in_case and not post.is_own]
    with here().database.read() as session:
        return asked_again.seen(session, public, theirs, by=staff.reader(viewer.id), now=here().now())


def _pane(viewer: Viewer, view: CaseView, *, was_waiting: bool) -> None:
    stands = _stands(viewer, view)
    # How often this draws itself is settled by the whole page, which also says what an act could not do.
    waits = stands is not None and stands.waits_since is not None
    if was_waiting is not waits or has_words():
        st.rerun()
    if stands is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="asked_again"):
        _said(stands)
        if stands.mention_id is not None:
            st.button(
                text("again.ask"),
                key="again_ask",
                type="tertiary",
                icon=":material/sync:",
                help=_price(view.row.source),
                on_click=_ask,
                args=(viewer.id, stands.mention_id),
            )


def _said(stands: AskedAgain) -> None:
    if stands.waits_since is not None:
        st.caption(text("again.slow" if here().now() - stands.waits_since > SLOW else "again.waits"), width="content")
    elif stands.found is not None and stands.at is not None:
        glyph, tone = SIGNS[stands.found]
        words = text(f"again.{stands.found}", time=_time(stands.at), why=say(stands.error))
        st.badge(badge_words(Mark(glyph, words, tone)), color=COLOURS[tone])
    elif stands.mention_id is not None and stands.seen_at is not None:
        st.caption(plain(text("again.seen", time=_time(stands.seen_at))), width="content")


def _time(at: datetime) -> str:
    return clock_words(at, now=here().now(), zone=clock_zone())


def _price(source: str) -> str:
    micros = platforms.recheck_price(source)
    name = plain(word_of("source", source))
    return text("again.price", source=name, price=money_words(micros, CURRENCY)) if micros else text("again.free", source=name)


def _ask(person_id: int, mention_id: int) -> None:
    tell(recheck_actions.ask(here(), person_id, mention_id))
