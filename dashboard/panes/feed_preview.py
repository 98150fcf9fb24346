"""A preview of a feed: the count, then a sample to judge, what of it is about us, and what to leave out. Text of posts only as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import feed_preview_actions, feed_preview_words, feed_words
from dashboard.format import clock_words, number_words, plain, short, web_link
from dashboard.frame import tell
from dashboard.panes.feed_list import TEST
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.alerts.errands import ErrandView
from desk.feeds import feed_clicks, feed_previews
from desk.feeds.feed_previews import SAMPLE, Proposal, Step

LIST_HEIGHT = 440
LONGEST_TEXT = 600
VERDICTS = (True, False)


@dataclass(frozen=True, slots=True)
class Form:
    """Where the form beside the preview keeps the query, and up to how many a day were said to be wanted."""

    query: str
    confirmed: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A sample as far as it was judged: verdicts by a post's number, and what the query in the form takes of it now."""

    posts: list[dict[str, Any]]
    terms: list[dict[str, Any]]
    clicks: Mapping[int, bool]
    gone: frozenset[int]
    base: str


def is_preview(asked: ErrandView) -> bool:
    """Whether an errand is a step of a preview, and no plain test."""
    return "step" in asked.request


def draw(viewer: Viewer, asked: ErrandView, form: Form | None) -> None:
    """What came of the step that was asked; `form` where the feed can be changed beside it."""
    result, source = asked.result or {}, str(asked.request["draft"]["source"])
    is_count = asked.request["step"] == Step.COUNT
    with st.container(key="preview_count", gap="small"):
        _counted(result if is_count else asked.request, source)
        _flood(asked, form)
    why = feed_words.refusal(str(result.get("result", "")))
    with st.container(key="preview_why"):
        if why:
            st.error(plain(f"{why} {say(result.get('detail') or '')}"), icon=":material/error:")
    st.caption(plain(feed_preview_words.cost(result.get("costs") or [])))
    if is_count:
        _ask(viewer, asked)
    elif not why:
        _sample(viewer, asked, form)


def _counted(told: Mapping[str, Any], source: str) -> None:
    count = told.get("count")
    st.text(feed_preview_words.count(count, source))
    if count:
        st.caption(text("previews.count.theirs"))


def _flood(asked: ErrandView, form: Form | None) -> None:
    """Whoever may save it is asked how much of so much is wanted."""
    settings, query = here().settings.desk, _query(form) or str(asked.request["draft"]["query"])
    found = feed_previews.per_day(asked.request, asked.result or {}, query)
    if form is None or found is None or not feed_previews.is_flood(found, settings):
        return
    if int(st.session_state.get(form.confirmed) or 0) >= found:
        st.info(plain(text("previews.flood.confirmed", n=number_words(found))), icon=":material/how_to_reg:")
        return
    st.warning(plain(text("previews.flood", n=number_words(found), limit=number_words(settings.flood_per_day))), icon=":material/flood:")
    st.button(text("previews.flood.all"), key="preview_flood", on_click=_confirm, args=(form.confirmed, int(found) + 1))


def _confirm(key: str, per_day: int) -> None:
    st.session_state[key] = per_day


def _ask(viewer: Viewer, asked: ErrandView) -> None:
    draft = asked.request["draft"]
    st.text(text("previews.sample.price", n=SAMPLE, price=feed_preview_words.sample_price(str(draft["source"]), str(draft["kind"]))))
    label = text("previews.sample.ask", n=SAMPLE)
    st.button(label, key="preview_sample", icon=":material/dynamic_feed:", type="primary", on_click=_sampled, args=(viewer.id, asked))


def _sampled(viewer_id: int, asked: ErrandView) -> None:
    result = feed_preview_actions.sample(here(), viewer_id, dict(asked.request), dict(asked.result or {}))
    tell(result)
    if result.is_done and result.values:
        st.query_params[TEST] = str(result.values["errand"])


def _sample(viewer: Viewer, asked: ErrandView, form: Form | None) -> None:
    judged = _read(asked, form)
    if not judged.posts:
        st.text(text("previews.sample.none"))
        return
    # Nothing above the posts grows or shrinks: whoever judges one after the other finds the next where it was.
    found = feed_previews.precision(judged.clicks, judged.gone)
    st.text(feed_preview_words.share(found, has_left=bool(judged.gone)))
    st.caption(text("previews.precision.why"))
    with st.container(height=LIST_HEIGHT, border=False, key="preview_posts"):
        for number, post in enumerate(judged.posts):
            with st.container(border=True, key=f"preview_post_{asked.id}_{number}"):
                _post(viewer, asked.id, number, post, judged)
    with st.container(key="preview_terms", gap="small"):
        _terms(asked, judged, form)
    st.caption(text("previews.kept"))


def _read(asked: ErrandView, form: Form | None) -> Judged:
    result = asked.result or {}
    posts, terms, base = list(result.get("posts") or []), list(result.get("terms") or []), str(result.get("base") or "")
    with here().database.read() as session:
        said = feed_clicks.of_errand(session, asked.id)
    keys = ((number, said.get((post["site"], post["external_id"]))) for number, post in enumerate(posts))
    clicks = {number: is_ours for number, is_ours in keys if is_ours is not None}
    taken = feed_previews.chosen(base, _query(form)) or ()
    return Judged(posts, terms, clicks, frozenset(feed_previews.gone_by(terms, taken)), base)


def _query(form: Form | None) -> str:
    return str(st.session_state.get(form.query) or "").strip() if form else ""


def _terms(asked: ErrandView, judged: Judged, form: Form | None) -> None:
    if form is None or not any(is_ours is False for is_ours in judged.clicks.values()):
        return
    if not judged.base:
        st.text(text("previews.take.theirs"))
        return
    query = _query(form)
    if query not in {"", asked.request["draft"]["query"]} and feed_previews.chosen(judged.base, query) is None:
        st.text(text("previews.take.changed"))
        return
    st.text(text("previews.proposals"))
    proposed = feed_previews.proposals(judged.terms, judged.clicks, judged.gone)
    for proposal in proposed:
        _proposal(proposal, judged, form)
    if not proposed:
        st.caption(text("previews.take.none"))


def _proposal(proposal: Proposal, judged: Judged, form: Form) -> None:
    numbers = {"takes": proposal.takes, "not_ours": proposal.not_ours, "ours": proposal.ours, "unjudged": proposal.unjudged}
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(gap=None, width="stretch"):
            st.text(proposal.minus)
            st.caption(text("previews.proposal", **numbers))
        st.button(
            text("previews.take"),
            key=f"preview_take_{proposal.minus}",
            help=plain(text("previews.take.help", minus=proposal.minus)),
            icon=":material/filter_alt_off:",
            on_click=_take,
            args=(form.query, judged.base, proposal.minus),
        )


def _take(key: str, base: str, minus: str) -> None:
    """The query in the form, with one thing more that it leaves out."""
    chosen = feed_previews.chosen(base, str(st.session_state.get(key) or "").strip()) or ()
    st.session_state[key] = " ".join([base, *chosen, minus])
    st.session_state[FILLED] = True


FILLED = "preview_filled"


def is_filled() -> bool:
    """Whether something was just written into the form, which is drawn outside of the preview."""
    return bool(st.session_state.pop(FILLED, False))


def _post(viewer: Viewer, errand_id: int, number: int, post: Mapping[str, Any], judged: Judged) -> None:
    when = clock_words(datetime.fromisoformat(post["posted_at"]), now=here().now(), zone=clock_zone())
    gone = text("previews.gone") if number in judged.gone else ""
    st.caption(plain(" · ".join(part for part in (str(post.get("author") or ""), when, gone) if part)))
    if post.get("title"):
        st.text(short(str(post["title"]), 200))
    st.text(short(str(post.get("text") or ""), LONGEST_TEXT) or text("feeds.test.no_text"))
    with st.container(horizontal=True, vertical_alignment="center"):
        _verdict(viewer, errand_id, number, post, judged)
        link = web_link(str(post.get("url") or ""))
        if link:
            st.link_button(text("feeds.test.original"), link, type="tertiary", icon=":material/open_in_new:")


def _verdict(viewer: Viewer, errand_id: int, number: int, post: Mapping[str, Any], judged: Judged) -> None:
    if post.get("is_private"):
        st.caption(text("previews.private"))
        return
    key = f"preview_click_{errand_id}_{number}"
    st.segmented_control(
        text("previews.post", n=number + 1),
        VERDICTS,
        key=key,
        default=judged.clicks.get(number),
        format_func=_verdict_words,
        label_visibility="collapsed",
        disabled=not viewer.may_change_feeds,
        on_change=_judge,
        args=(viewer.id, errand_id, number, key),
    )


def _verdict_words(is_ours: bool) -> str:
    return f":material/thumb_up: {text('previews.ours')}" if is_ours else f":material/thumb_down: {text('previews.not_ours')}"


def _judge(viewer_id: int, errand_id: int, number: int, key: str) -> None:
    tell(feed_preview_actions.judge(here(), viewer_id, errand_id, number, is_ours=st.session_state.get(key)))
