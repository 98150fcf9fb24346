"""The lists of what the classifier keeps from people: how many, and those of today that a person looks at."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard import spot_check_actions
from dashboard.format import clock_words, number_words, plain, short, source_words
from dashboard.frame import tell
from dashboard.panes import fold
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.labels import spot_checks
from desk.labels.spot_checks import A_DAY, CheckView
from desk.queue.inbox import MentionFilter
from storage.words import CheckKind

VIEW, WIDGET, ALL = "view", "mentions_view", "all"
VIEWS = (ALL, *(kind.value for kind in CheckKind))
TALLEST, FEW = 520, 3
LONGEST_SHOWN = 400


def chosen() -> CheckKind | None:
    """Which of the lists the address asks for; None for everything."""
    return next((kind for kind in CheckKind if kind == st.query_params.get(VIEW)), None)


def narrowed(shown: MentionFilter) -> MentionFilter:
    """A filter, within the list that the address asks for."""
    match chosen():
        case CheckKind.NOT_US:
            return replace(shown, is_aside=True, without_case=True, is_own=False)
        case CheckKind.NO_ANSWER:
            return replace(shown, needs_reply=False, is_aside=False, without_case=True, is_own=False)
        case None:
            return shown


def switch() -> None:
    """The choice between the lists."""
    kind = chosen()
    st.session_state[WIDGET] = kind.value if kind else ALL
    label = text("checks.view")
    st.segmented_control(
        label,
        VIEWS,
        key=WIDGET,
        format_func=lambda one: text(f"checks.view.{one}"),
        required=True,
        on_change=_switched,
        label_visibility="collapsed",
    )


def draw(viewer: Viewer) -> None:
    """How many such a list has of late, and today's posts; nothing for the list of everything."""
    kind = chosen()
    if kind is None:
        return
    settings, now = here().settings.desk, here().now()
    with here().database.read() as session:
        n = spot_checks.population(session, kind, now=now)
        found = spot_checks.of_today(session, kind, settings=settings, now=now)
    st.text(text(f"checks.count.{kind}", n=number_words(n)))
    with st.container(border=True, key="spot_checks"):
        _today(viewer, kind, found)


def _today(viewer: Viewer, kind: CheckKind, found: Sequence[CheckView]) -> None:
    done = sum(view.is_missed is not None for view in found)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(text("checks.title"), anchor=False, width="content")
        if found:
            st.text(text("checks.progress", done=done, all=len(found)), width="content")
    st.caption(text("checks.why", most=A_DAY))
    if not found:
        st.info(text("checks.none"), icon=":material/casino:")
        return
    if done == len(found):
        st.success(text("checks.done"), icon=":material/check:")
    with st.container(height=TALLEST if len(found) > FEW else "content", border=False, key="spot_check_list"):
        for view in found:
            _check(viewer, kind, view)


def _check(viewer: Viewer, kind: CheckKind, view: CheckView) -> None:
    when = clock_words(view.posted_at, now=here().now(), zone=clock_zone())
    with st.container(border=True, gap="xsmall", key=f"spot_check_{view.id}"):
        st.caption(plain(f"{view.author} · {source_words(view.source, view.site)} · {when}"))
        fold.draw(view.mention_id, [short(view.text, LONGEST_SHOWN)], abusive=view.abusive)
        if not viewer.may_label:
            return
        with st.container(horizontal=True, gap="small"):
            for is_missed in (False, True):
                name = "missed" if is_missed else "right"
                st.button(
                    text(f"checks.{name}.{kind}"),
                    key=f"check_{name}_{view.id}",
                    icon=":material/priority_high:" if is_missed else ":material/check:",
                    type="primary" if view.is_missed is is_missed else "secondary",
                    on_click=_judge,
                    args=(viewer.id, view.id, is_missed),
                )


def _switched() -> None:
    value = st.session_state[WIDGET]
    if value == ALL:
        st.query_params.pop(VIEW, None)
    else:
        st.query_params[VIEW] = value
    st.session_state.pop("mentions_after", None)


def _judge(viewer_id: int, check_id: int, is_missed: bool) -> None:
    tell(spot_check_actions.judge(here(), viewer_id, check_id, is_missed=is_missed))
