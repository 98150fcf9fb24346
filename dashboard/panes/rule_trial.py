"""A rule tried on the last seven days, beside its form: nothing is written but that somebody looked."""

from datetime import timedelta

import streamlit as st

from dashboard import rule_actions, rule_words
from dashboard.actions import refused
from dashboard.format import clock_words, number_words, plain, source_words
from dashboard.frame import tell
from dashboard.panes import fold, rule_list
from dashboard.rule_words import Names
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.errors import DeskError
from desk.rules.rule_dry_run import DryRun, Sample
from desk.rules.rules import RuleView

KEPT = timedelta(minutes=5)


def draw(viewer: Viewer, rule: RuleView, names: Names) -> None:
    """The button, and below it what a trial of this version found."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(text("rules.try"), icon=":material/experiment:", key="rule_try", on_click=_try, args=(viewer.id, rule.id))
        rule_list.switching(viewer, rule, where="trial")
    st.caption(text("rules.try.why_on" if rule.enabled else "rules.try.why"))
    if st.query_params.get(rule_list.TRIED) == str(rule.version):
        found = _found(here().database.url, viewer.id, rule.id, rule.version)
        if found is not None:
            _result(found, names, zone=clock_zone())


@st.cache_data(ttl=KEPT, max_entries=16, show_spinner=False)  # type: ignore[untyped-decorator]
def _found(url: str, viewer_id: int, rule_id: int, version: int) -> DryRun | None:  # noqa: ARG001  the workspace it is about
    """One trial is drawn many times. None where the rule is another by now."""
    try:
        found = rule_actions.dry(here(), viewer_id, rule_id)
    except DeskError:
        return None
    return found if found.version == version else None


def _try(viewer_id: int, rule_id: int) -> None:
    try:
        found = rule_actions.dry(here(), viewer_id, rule_id)
    except DeskError as error:
        tell(refused(error))
        return
    result = rule_actions.tried(here(), viewer_id, found)
    tell(result)
    if result.is_done:
        _found.clear()
        st.query_params[rule_list.TRIED] = str(found.version)


def _result(found: DryRun, names: Names, *, zone: str) -> None:
    with st.container(border=True, key="rule_result"):
        st.subheader(text("rules.dry.title"), anchor=False)
        with st.container(gap="xxsmall"):
            st.text(rule_words.found(found))
            for line in rule_words.effects(found):
                st.text(line)
        if found.is_bounded:
            st.caption(text("rules.dry.bounded", looked=number_words(found.looked)))
        st.caption(text("rules.dry.how"))
        if found.samples:
            with st.expander(text("rules.dry.samples", n=len(found.samples)), expanded=True):
                for sample in found.samples:
                    _sample(sample, names, zone=zone)


def _sample(sample: Sample, names: Names, *, zone: str) -> None:
    with st.container(gap="xxsmall", border=True):
        when = clock_words(sample.posted_at, now=here().now(), zone=zone)
        st.caption(plain(f"{sample.author} · {source_words(sample.source, sample.site)} · {when}"))
        fold.draw(sample.mention_id, [sample.text], abusive=sample.abusive)
        st.caption(plain(rule_words.did(sample.did, names)))
