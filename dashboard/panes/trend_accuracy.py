"""How right the classifier is by this team's own labels: how many were looked at, how many were right, and whether that falls."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import streamlit as st

from dashboard.format import plain
from dashboard.label_values import ORDER, label_word, question_word
from dashboard.texts import text
from dashboard.viewer import clock_zone
from dashboard.workspace import here
from desk.labels.accuracy import BEFORE, RECENT, Accuracy, Agreement, Drift, accuracy, mark
from storage.words import Question

WEEK = timedelta(weeks=1)
WEEKS = {"recent": RECENT // WEEK, "before": BEFORE // WEEK}
LONGEST = 100
PART = "right_part"


def draw(feeds: Mapping[int, str]) -> None:
    """The panel; `feeds` are their names by id."""
    found = _accuracy()
    weeks = WEEKS["recent"] + WEEKS["before"]
    st.subheader(text("right.title"), anchor=False)
    if not found.by_question:
        st.text(text("right.none", weeks=weeks))
        return
    st.caption(text("right.why", weeks=weeks))
    st.table(
        [_row(question_word(question), found.by_question[question]) for question in ORDER if question in found.by_question], hide_index=True
    )
    _drift(found.drift)
    st.caption(text("right.bias"))
    with st.expander(text("right.parts")):
        _parts(found, feeds)


def _accuracy() -> Accuracy:
    """Counted anew only when somebody has looked at something, or an hour has gone by: half a second for a team that closes 20,000 cases."""
    with here().database.read() as session:
        known = mark(session)
    found: Accuracy = _counted(here().settings.database_url, known, here().now().replace(minute=0, second=0, microsecond=0), clock_zone())
    return found


@st.cache_data(max_entries=4, show_spinner=False)  # type: ignore[untyped-decorator]
def _counted(url: str, known: str, hour: datetime, zone: str) -> Accuracy:  # noqa: ARG001  they are what it is kept by
    with here().database.read() as session:
        return accuracy(session, now=here().now(), zone=zone)


def _row(name: str, agreement: Agreement, **before: str) -> dict[str, Any]:
    share, (low, high) = agreement.share, agreement.interval
    return {
        text("right.what"): plain(name),
        **before,
        text("right.n"): str(agreement.n),
        text("right.share"): "" if share is None else text("right.percent", percent=round(share * 100)),
        text("right.interval"): text("right.range", low=round(low * 100), high=round(high * 100)),
    }


def _drift(drift: Mapping[Question, Drift]) -> None:
    told = [(question, "fallen" if drift[question].has_fallen else "risen") for question in ORDER if _has_moved(drift[question])]
    for question, way in told:
        said = _drift_words(question, drift[question], way)
        if way == "fallen":
            st.warning(plain(said), icon=":material/trending_down:")
        else:
            st.info(plain(said), icon=":material/trending_up:")
    if not told:
        is_known = any(found.recent.n and found.before.n for found in drift.values())
        st.text(text(f"right.drift.{'none' if is_known else 'unknown'}", **WEEKS))


def _has_moved(found: Drift) -> bool:
    return found.has_fallen or found.has_risen


def _drift_words(question: Question, found: Drift, way: str) -> str:
    recent, before = found.recent, found.before
    values = {"now": recent.right, "n": recent.n, "then": before.right, "m": before.n}
    return text(f"right.drift.{way}", question=question_word(question), **values, **WEEKS)


def _parts(found: Accuracy, feeds: Mapping[int, str]) -> None:
    named = {
        "label": [(question, label_word(question, label), one) for (question, label), one in sorted(found.by_label.items())],
        "feed": [(question, feeds.get(feed, text("right.feed_gone")), one) for (question, feed), one in sorted(found.by_feed.items())],
        "version": [(question, version, one) for (question, version), one in sorted(found.by_version.items())],
        "week": [(question, _week(monday), one) for (question, monday), one in sorted(found.by_week.items(), reverse=True)],
    }
    part = st.segmented_control(
        text("right.part"), list(named), format_func=lambda one: text(f"right.part.{one}"), default="label", key=PART, required=True
    )
    largest = sorted(named[part], key=lambda one: -one[2].n)[:LONGEST]
    if len(largest) < len(named[part]):
        st.caption(text("right.cut", n=len(largest), all=len(named[part])))
    st.table(list(_part_rows([one for one in named[part] if one in largest], text(f"right.part.{part}"))), hide_index=True)


def _part_rows(named: Sequence[tuple[Question, str, Agreement]], header: str) -> Iterator[dict[str, Any]]:
    for question in ORDER:
        for of, name, agreement in named:
            if of is question:
                yield _row(question_word(question), agreement, **{header: plain(name)})


def _week(monday: date) -> str:
    return text("right.week", day=monday.day, month=text(f"month.{monday.month}"))
