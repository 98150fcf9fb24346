"""Mentions that two models label differently, each with both labels, and the way to its case."""

from collections.abc import Sequence

import streamlit as st

from dashboard.format import number_words, plain, short, web_link
from dashboard.frame import PAGES
from dashboard.label_values import ORDER, label_word, question_word
from dashboard.panes import fold
from dashboard.texts import text
from dashboard.workspace import here
from desk.labels import trials
from desk.labels.models import ModelView
from desk.labels.trials import Comparison, Difference, Post
from storage.words import Question

CHOICE = "model_question"
LONGEST = 400


def draw(found: Comparison, current: ModelView, tried: ModelView) -> None:
    """Of one question at a time: the newest of them."""
    st.subheader(text("model.differ"), anchor=False)
    offered = [one for one in ORDER if one in found.differing]
    if not offered:
        st.text(text("model.differ.none"))
        return
    chosen = st.segmented_control(
        text("model.differ.of"),
        offered,
        format_func=lambda one: text("model.differ.choice", question=question_word(one), n=number_words(_n(found, one))),
        default=offered[0],
        key=CHOICE,
        required=True,
        label_visibility="collapsed",
    )
    shown = found.differing.get(chosen, ())
    if len(shown) < _n(found, chosen):
        st.caption(text("model.differ.first", n=len(shown)))
    with st.container(key="model_differences", gap="small"):
        _all(chosen, shown, current, tried)


def _n(found: Comparison, question: Question) -> int:
    return found.same[question].n - found.same[question].right


def _all(question: Question, shown: Sequence[Difference], current: ModelView, tried: ModelView) -> None:
    with here().database.read() as session:
        posts = trials.posts(session, [one.mention_id for one in shown])
    for one in shown:
        if one.mention_id in posts:
            with st.container(border=True, gap="xsmall", key=f"model_differs_{one.mention_id}"):
                _difference(question, one, posts[one.mention_id], current, tried)


def _difference(question: Question, one: Difference, post: Post, current: ModelView, tried: ModelView) -> None:
    said = ((current.name, one.current), (tried.name, one.candidate))
    words = " · ".join(text("model.differ.said", model=model, label=label_word(question, label)) for model, label in said)
    st.caption(plain(f"{post.author} · {words}"))
    fold.draw(one.mention_id, [short(post.text, LONGEST)], abusive=post.is_abusive)
    with st.container(horizontal=True, vertical_alignment="center"):
        link = web_link(post.url)
        if post.case_id is not None:
            name = text("trends.picked.case", id=post.case_id)
            st.page_link(PAGES / "queue.py", label=name, icon=":material/forum:", query_params={"case": str(post.case_id)})
        else:
            st.caption(text("trends.picked.no_case"), width="content")
        if link:
            st.link_button(text("trends.picked.original"), link, type="tertiary", icon=":material/open_in_new:")
