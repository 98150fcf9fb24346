"""How cases ended: solved and whether that held, what stands beside it, declines by their rule, what solved it and what nobody knows yet."""

from collections.abc import Sequence

import streamlit as st

from dashboard import charts, outcome_actions, outcome_charts
from dashboard.actions import Result
from dashboard.folds import previewed
from dashboard.format import clock_words, plain, short
from dashboard.frame import tell
from dashboard.outcome_charts import Part
from dashboard.outcome_view import APART, BESIDE, CAUSE_SHOWN, held_words
from dashboard.outcome_words import GLYPHS, spared_words
from dashboard.panes import outcome_cases
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.cases.customer import Stood
from desk.figures.figure_cases import Figure
from desk.figures.performance import Cause, Outcomes
from desk.outcomes import resolutions
from desk.outcomes.declines import RuleCount
from desk.outcomes.outcomes import ResolutionDraft
from desk.outcomes.resolutions import ResolutionView, UnknownCause
from storage.words import Outcome

HALVES = [60, 40]
CAUSES = [34, 36, 18, 12]
LONGEST_TEXT = 200
SEARCH = "outcomes_search"
TOLD = ("cause", "fix", "evidence")


def solved(found: Outcomes) -> None:
    """The three figures of solved, each with its glyph, and the bar that they make."""
    st.subheader(text("outcomes.solved"), anchor=False)
    if not found.solved and not found.came_back:
        st.text(text("outcomes.solved.none"))
        return
    st.text(held_words(found))
    look = charts.look(is_dark=st.context.theme.type == "dark")
    named = ((Stood.HELD, "held", found.held, look.positive), (Stood.EARLY, "early", found.early, look.neutral))
    parts = (*named, (Stood.CAME_BACK, "back", found.came_back, look.negative))
    for column, (stood, name, n, _) in zip(st.columns(len(parts)), parts, strict=True):
        with column, st.container(border=True, gap="xsmall"):
            st.metric(f"{GLYPHS[stood]} {text(f'outcomes.{name}')}", str(n))
            outcome_cases.opens(text("outcomes.open"), Figure(name), n=n, key=name)
    drawn = [Part(text(f"outcomes.{name}"), n, colour) for _, name, n, colour in parts]
    st.vega_lite_chart(outcome_charts.whole(drawn, look), key="outcomes_whole", alt=held_words(found))
    st.caption(text("outcomes.solved.what", days=here().settings.desk.held_after.days))


def others(found: Outcomes, rules: Sequence[RuleCount]) -> None:
    """What stands beside solved, what was no matter for us, and the rules by which we said no."""
    left, right = st.columns(2, gap="medium")
    with left:
        _ends("beside", BESIDE, found)
        _ends("apart", APART, found)
    with right:
        _rules(rules)


def _ends(name: str, outcomes: Sequence[Outcome], found: Outcomes) -> None:
    st.markdown(f"**{plain(text(f'outcomes.{name}'))}**")
    for outcome in outcomes:
        _row(text(f"outcome.{outcome}"), found.others.get(outcome, 0), Figure("outcome", outcome), key=outcome)
    st.caption(text(f"outcomes.{name}.what"))


def _rules(rules: Sequence[RuleCount]) -> None:
    if not rules:
        return
    st.markdown(f"**{plain(text('outcomes.rules'))}**")
    for place, one in enumerate(rules):
        _row(one.rule or text("outcomes.rules.none"), one.n, Figure("rule", one.rule), key=f"rule_{place}")
    st.caption(text("outcomes.rules.what"))


def _row(label: str, n: int, figure: Figure, *, key: str) -> None:
    """A label, and the number that opens its cases."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
        st.text(label, width="stretch")
        outcome_cases.opens(str(n), figure, n=n, key=key)


def causes(found: Sequence[Cause]) -> None:
    """What solved the cases of the period, what spared the most customers first; and a search in everything that ever solved something."""
    st.subheader(text("outcomes.causes"), anchor=False)
    st.caption(text("outcomes.causes.what"))
    words = st.text_input(text("outcomes.search"), key=SEARCH, icon=":material/search:")
    if words.strip():
        with here().database.read() as session:
            _found(resolutions.search(session, words))
        return
    if not found:
        st.text(text("outcomes.causes.none"))
        return
    for column, name in zip(st.columns(CAUSES), ("cause", "fix", "spared", "n"), strict=True):
        column.caption(text(f"outcomes.{name}"))
    for one in found:
        cause, fix, spared, n = st.columns(CAUSES, vertical_alignment="center")
        cause.text(short(one.cause, LONGEST_TEXT))
        fix.text(short(one.fix, LONGEST_TEXT))
        spared.text(spared_words(one.reused))
        with n:
            outcome_cases.opens(str(one.n), Figure("cause", str(one.resolution_id)), n=one.n, key=f"cause_{one.resolution_id}")


def _found(views: Sequence[ResolutionView]) -> None:
    if not views:
        st.text(text("outcomes.search.none"))
    for view in views:
        with st.container(border=True, gap="xsmall"):
            st.text(short(view.cause, LONGEST_TEXT))
            st.text(short(view.fix, LONGEST_TEXT))
            st.caption(plain(f"{spared_words(view.reused)} · {short(view.evidence, CAUSE_SHOWN)}"))


def unknown(viewer: Viewer, found: Sequence[UnknownCause]) -> None:
    """What was solved without anybody knowing why; a lead fills it in."""
    st.subheader(text("outcomes.unknown"), anchor=False)
    if not found:
        st.text(text("outcomes.unknown.none"))
        return
    st.caption(text("outcomes.unknown.what"))
    for one in found:
        _unknown(viewer, one)


def _unknown(viewer: Viewer, one: UnknownCause) -> None:
    at = clock_words(one.at, now=here().now(), zone=clock_zone())
    with st.container(border=True, gap="small"):
        st.caption(plain(text("outcomes.unknown.about", case=one.case_id, author=one.author, person=one.person, time=at)))
        st.text(previewed(one.preview, LONGEST_TEXT, abusive=one.abusive))
        with st.container(horizontal=True, vertical_alignment="center"):
            outcome_cases.to_case(one.case_id)
            if viewer.may_lead:
                _fill(viewer, one)


def _fill(viewer: Viewer, one: UnknownCause) -> None:
    with st.popover(text("outcomes.unknown.fill"), key=f"outcomes_fill_{one.resolution_id}"):
        for name in TOLD:
            st.text_input(text(f"close.{name}"), placeholder=text(f"close.{name}_hint"), key=_key(name, one.resolution_id))
        st.button(
            text("outcomes.unknown.do"),
            key=f"outcomes_save_{one.resolution_id}",
            type="primary",
            on_click=_save,
            args=(viewer.id, one.resolution_id),
        )


def _key(name: str, resolution_id: int) -> str:
    return f"outcomes_{name}_{resolution_id}"


def _save(person_id: int, resolution_id: int) -> None:
    draft = ResolutionDraft(*(st.session_state.get(_key(name, resolution_id), "") for name in TOLD))
    result: Result = outcome_actions.complete(here(), person_id, resolution_id, draft)
    tell(result)
