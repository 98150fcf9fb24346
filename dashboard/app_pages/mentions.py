"""All mentions: everything that was heard, also what made no case."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import components, mute_actions
from dashboard.case_values import Reader
from dashboard.filters import LONGEST_TEXT, read_number, read_word
from dashboard.format import word_of
from dashboard.frame import tell
from dashboard.label_values import row_labels
from dashboard.mention_values import mention_block
from dashboard.panes import labels, mute_box, mute_list, noise_bar, own_label_box, spot_checks, tag_box, verbs
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone, seen
from dashboard.workspace import here
from desk.cases import tags
from desk.intake import media
from desk.labels import own_labels
from desk.labels.standing import also, standing
from desk.queue import choices, inbox
from desk.queue.inbox import LabelView, MentionFilter
from storage.words import Intent, Sentiment

PAGE = 50
LIST, AFTER, GO_TO, FREE = "mentions", "mentions_after", "go_to_case", "without_case"


def _chosen(viewer: Viewer, shown: Sequence[LabelView]) -> None:
    labels.chosen(LIST, viewer.id, shown)
    sent = verbs.message(LIST, "act")
    if not isinstance(sent.get("value"), int):
        return
    if sent.get("verb") == "make":
        verbs.make_case(viewer.id, sent["value"])
    elif sent.get("verb") == "tag":
        tag_box.ask(sent["value"])
    elif sent.get("verb") == "own":
        own_label_box.ask(sent["value"])
    elif sent.get("verb") == "mute":
        mute_box.ask(sent["value"])
    elif sent.get("verb") == "back":
        tell(mute_actions.bring_back_one(here(), viewer.id, sent["value"]))
    elif sent.get("verb") == "alike":
        _older(None)
        noise_bar.enter(sent["value"])
    elif sent.get("verb") == "open":
        st.session_state[GO_TO] = sent["value"]


def _narrowed(name: str) -> None:
    st.session_state.pop(AFTER, None)
    value = st.session_state[_widget(name)]
    if value:
        st.query_params[name] = "1" if value is True else str(value)
    else:
        st.query_params.pop(name, None)


def _older(after: int | None) -> None:
    st.session_state[AFTER] = after


def _widget(name: str) -> str:
    return f"mentions_{name}"


def _filter() -> MentionFilter:
    params = st.query_params
    return MentionFilter(
        text=params.get("q", "")[:LONGEST_TEXT],
        feed_id=read_number(params.get("feed")),
        sentiment=read_word(Sentiment, params.get("sentiment")),
        intent=read_word(Intent, params.get("intent")),
        without_case=params.get(FREE) == "1",
        tag_id=read_number(params.get("tag")),
        label_id=read_number(params.get("label")),
    )


def _filter_bar(feeds: Mapping[int, str], offered: Mapping[int, str], own: Mapping[int, str]) -> None:
    st.session_state.setdefault(_widget("q"), st.query_params.get("q", ""))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            text("mentions.search"),
            key=_widget("q"),
            placeholder=text("mentions.search_hint"),
            live=True,
            on_change=_narrowed,
            args=("q",),
            max_chars=LONGEST_TEXT,
        )
        _choice("feed", {str(feed_id): name for feed_id, name in feeds.items()})
        _choice("sentiment", {one.value: word_of("sentiment", one) for one in Sentiment})
        _choice("intent", {one.value: word_of("intent", one) for one in Intent})
        if offered:
            _choice("tag", {str(tag_id): name for tag_id, name in offered.items()})
        if own:
            _choice("label", {str(label_id): name for label_id, name in own.items()})
        noise_bar.choice(_widget(noise_bar.SHOWN), AFTER)
        st.checkbox(text("mentions.free"), key=_widget(FREE), value=st.query_params.get(FREE) == "1", on_change=_narrowed, args=(FREE,))


def _choice(name: str, options: Mapping[str, str]) -> None:
    key, chosen = _widget(name), st.query_params.get(name, "")
    st.session_state[key] = chosen if chosen in options else ""
    st.selectbox(
        text(f"queue.filter.{name}"),
        ["", *options],
        key=key,
        format_func=lambda value: options.get(value, text("queue.any")),
        on_change=_narrowed,
        args=(name,),
        width=180,
    )


def _draw(viewer: Viewer) -> None:
    st.header(text("mentions.title"), anchor=False)
    st.text(text("mentions.why"))
    spot_checks.switch()
    with st.container(key="mentions_checks"):
        spot_checks.draw(viewer)
    after: int | None = st.session_state.get(AFTER)
    shown = spot_checks.narrowed(noise_bar.narrowed(_filter()))
    with here().database.read() as session:
        found = choices.choices(session)
        rows = inbox.mentions(session, shown, now=here().now(), limit=PAGE + 1, after=after, with_private=viewer.may_care)
        looked_at = standing(session, [row.id for row in rows])
        tagged = tags.of_mentions(session, [row.id for row in rows])
        further = also(session, [row.id for row in rows])
        own = own_labels.of_mentions(session, [row.id for row in rows])
        pictures = media.of_mentions(session, [row.id for row in rows])
    _filter_bar(found.feeds, found.tags, found.labels)
    noise_bar.above(viewer, shown, rows)
    reader = Reader(viewer.id, viewer.may_care, here().now(), clock_zone(), viewer.may_label, may_mute=mute_box.may(viewer))
    theirs = {row.id: row_labels(row, looked_at.get(row.id, {}), further.get(row.id, ())) for row in rows}
    blocks = [
        mention_block(
            row,
            theirs[row.id],
            reader,
            tagged.get(row.id, ()),
            own.get(row.id, ()) if found.labels else None,
            shown.alike_id,
            pictures.get(row.id, ()),
        )
        for row in rows[:PAGE]
    ]
    none = [{"type": "empty", "words": text("mentions.none" if noise_bar.is_narrowed(shown) else "mentions.none_yet")}]
    components.sheet(
        key=LIST,
        data={
            "kind": "mentions",
            "me": viewer.id,
            "blocks": blocks or none,
            "undo": labels.offered_undo(LIST),
            "texts": components.words("case.js."),
        },
        on_act_change=lambda: _chosen(viewer, [view for views in theirs.values() for view in views]),
    )
    with st.container(horizontal=True):
        if after is not None:
            st.button(text("mentions.newest"), on_click=_older, args=(None,))
        if len(rows) > PAGE:
            st.button(text("mentions.more"), on_click=_older, args=(rows[PAGE - 1].id,))


viewer = seen()
if isinstance(viewer, Viewer):
    case_id = st.session_state.pop(GO_TO, None)
    if case_id is not None:
        st.switch_page("app_pages/queue.py", query_params={"case": str(case_id)})
    with st.container(key="mentions_page"):
        _draw(viewer)
    tag_box.dialog(viewer)
    mute_box.dialog(viewer)
    mute_list.dialog(viewer)
    own_label_box.dialog(viewer)
