"""The parts of the closing dialog: what solved it, who says so, and how one says no. And: the customer confirmed it later."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import outcome_actions
from dashboard.actions import Result
from dashboard.folds import previewed
from dashboard.format import clock_words, plain, short
from dashboard.outcome_words import spared_words
from dashboard.panes import confirm
from dashboard.panes.likeness import fixes
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.cases.caseview import ThreadPost
from desk.outcomes import declines, resolutions
from desk.outcomes.outcomes import CAUSE_UNKNOWN, Declined, ResolutionDraft
from desk.queue.inbox import CaseView
from storage.words import Outcome

NEW, NOT_YET = 0, 0
LONGEST_CHOICE = 90
POSTS = 6
TOLD = ("cause", "fix", "evidence")
REUSE, DIFFERS, UNKNOWN, CONFIRMED = "close_reuse", "close_differs", "close_unknown", "close_confirmed"
REASON, RULE, INSTEAD = "close_reason", "close_rule", "close_instead"


def solved(viewer: Viewer, view: CaseView, reuse: int | None) -> None:
    """What solved it: something known in one click, the same with a change, or something new. And whether the customer says so."""
    known = _known(viewer, view)
    chosen = _choose(known, reuse) if known else NEW
    if chosen != NEW:
        cause, fix, evidence, _ = known[chosen]
        st.text(text("close.reuse_one", cause=cause, fix=fix))
        if st.checkbox(text("close.differs"), key=DIFFERS):
            _inputs(chosen, ResolutionDraft(cause, fix, evidence))
    elif not st.checkbox(text("close.unknown"), key=UNKNOWN, help=text("close.unknown_help")):
        with here().database.read() as session:
            found = resolutions.prefill(session, view.row.id)
        if found:
            st.caption(text("close.from_incident"))
        _inputs(NEW, found)
    _confirmed_by(view)


def declined(view: CaseView) -> None:
    """Why, by which rule, and what we can do instead. A rule that was quoted before for this brand is one choice away."""
    with here().database.read() as session:
        rules = declines.rules(session, case_id=view.row.id)
    st.text_area(text("close.why"), placeholder=text("close.why_hint"), key=REASON, height=80)
    st.selectbox(text("close.rule"), rules, index=None, placeholder=text("close.rule_hint"), key=RULE, accept_new_options=True)
    st.text_input(text("close.instead"), placeholder=text("close.instead_hint"), key=INSTEAD)


def told(outcome: Outcome) -> dict[str, Any]:
    """What was entered, as `actions.close` takes it."""
    if outcome is Outcome.DECLINED:
        state = st.session_state
        return {"declined": Declined(*(state.get(key) or "" for key in (REASON, RULE, INSTEAD)))}
    return _told_solved(st.session_state) if outcome is Outcome.SOLVED else {}


def confirm_solved(viewer: Viewer, view: CaseView) -> None:
    """In which of their posts the customer says that it is solved."""
    posts = _posts(view)
    if not posts:
        st.text(text("confirm_solved.none"))
        return
    st.radio(text("confirm_solved.post"), list(posts), format_func=lambda one: posts[one], key=CONFIRMED)
    confirm.buttons("confirm_solved.do", _confirm, viewer.id, view.row.id)


def _confirm(person_id: int, case_id: int) -> Result:
    return outcome_actions.confirm(here(), person_id, case_id, mention_id=st.session_state[CONFIRMED])


def _told_solved(state: Mapping[Any, Any]) -> dict[str, Any]:
    reuse = state.get(REUSE) or NEW
    by = {"confirmed_by": state.get(CONFIRMED) or None}
    if reuse != NEW and not state.get(DIFFERS):
        return {"reuse": reuse, **by}
    if reuse == NEW and state.get(UNKNOWN):
        return {"resolution": ResolutionDraft(CAUSE_UNKNOWN, "", ""), **by}
    return {"resolution": ResolutionDraft(*(state.get(_key(name, reuse)) or "" for name in TOLD)), **by}


def _known(viewer: Viewer, view: CaseView) -> dict[int, tuple[str, str, str, int]]:
    """Cause, fix, how we knew and how often it was reused, by the resolution's id."""
    similar = {number: (cause, fix, "", 0) for number, (cause, fix) in fixes(viewer, view).items()}
    return {**similar, **{one.id: (one.cause, one.fix, one.evidence, one.reused) for one in view.suggestions}}


def _choose(known: Mapping[int, tuple[str, str, str, int]], reuse: int | None) -> int:
    ids = [*known, NEW]
    words = {number: _choice(*told) for number, told in known.items()} | {NEW: text("close.reuse_new")}
    place = ids.index(reuse) if reuse is not None and reuse in known else len(ids) - 1
    chosen: int = st.selectbox(text("close.reuse"), ids, index=place, format_func=lambda one: words[one], key=REUSE)
    return chosen


def _choice(cause: str, fix: str, evidence: str, reused: int) -> str:
    del evidence
    name = "close.reuse_spared" if reused else "close.reuse_one"
    return text(name, cause=short(cause, LONGEST_CHOICE), fix=short(fix, LONGEST_CHOICE), spared=spared_words(reused))


def _inputs(chosen: int, begin: ResolutionDraft | None) -> None:
    for name in TOLD:
        st.session_state.setdefault(_key(name, chosen), getattr(begin, name) if begin else "")
        st.text_input(text(f"close.{name}"), placeholder=text(f"close.{name}_hint"), key=_key(name, chosen))


def _key(name: str, chosen: int) -> str:
    return f"close_{name}" if chosen == NEW else f"close_{name}_{chosen}"


def _confirmed_by(view: CaseView) -> None:
    posts = _posts(view)
    days = here().settings.desk.held_after.days
    words = {NOT_YET: text("close.confirmed_not", days=days)} | {one: text("close.confirmed_by", words=said) for one, said in posts.items()}
    st.selectbox(text("close.confirmed"), list(words), format_func=lambda one: words[one], key=CONFIRMED)


def _posts(view: CaseView) -> dict[int, str]:
    """What this customer wrote in this case since our first answer, the newest first."""
    answered = view.instants.answered
    since = [post for post in view.thread if answered is not None and post.posted_at > answered]
    theirs = [post for post in since if post.in_case and not post.is_own and not post.deleted and not post.is_hidden]
    return {post.mention_id: _line(post, is_blocked=view.restraints.is_blocked) for post in theirs[: -POSTS - 1 : -1]}


def _line(post: ThreadPost, *, is_blocked: bool) -> str:
    at = clock_words(post.posted_at, now=here().now(), zone=clock_zone())
    said = previewed(post.text or post.title, LONGEST_CHOICE, abusive=bool(post.abusive) or is_blocked)
    return short(plain(f"{at} · {said}"), LONGEST_CHOICE)
