"""Muting from a post: whom or what, for which brand and how long, and what that would have held back in the last seven days."""

from dataclasses import dataclass, replace
from datetime import timedelta

import streamlit as st

from dashboard import mute_actions, parts
from dashboard.format import plain
from dashboard.frame import tell
from dashboard.texts import text
from dashboard.texts.spoken import say
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.noise import mutes
from desk.noise.mute_reach import Offer, Reach
from desk.noise.mutes import MuteDraft
from storage.words import MuteKind

ASKED, LOOKED = "mute_mention", "mute_looked"
SPANS = {"always": None, "week": timedelta(days=7), "month": timedelta(days=30)}
ALL_BRANDS = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """The mention that somebody wants to mute from; `is_campaign`: it is one of many copies by many authors."""

    mention_id: int
    is_campaign: bool = False


def may(viewer: Viewer) -> bool:
    return bool(viewer.roles & mutes.MUTES)


def ask(mention_id: int, *, is_campaign: bool = False) -> None:
    """Offer to mute from this mention in the next run."""
    st.session_state[ASKED] = Asked(mention_id, is_campaign)
    st.session_state.pop(LOOKED, None)


def dialog(viewer: Viewer) -> None:
    """The dialog that was asked for, if any."""
    asked: Asked | None = st.session_state.get(ASKED)
    if asked is None or not may(viewer):
        return
    offer = mute_actions.offered(here(), viewer.id, asked.mention_id)
    if offer is None:
        _over()
        return
    parts.dialog(text("mute.title"), lambda: _form(viewer, asked, offer), stands=lambda: ASKED in st.session_state, over=_over)


def _form(viewer: Viewer, asked: Asked, offer: Offer) -> None:
    kind = _kind(asked, offer)
    with st.container(key="mute_what"):
        draft = MuteDraft(kind, asked.mention_id, _words(kind, offer, asked.mention_id))
    with st.container(horizontal=True):
        draft = replace(draft, brand_id=_brand(offer, asked.mention_id))
        span = _span(asked.mention_id)
    reason = st.text_input(text("mute.reason"), key=_key("reason", asked.mention_id), max_chars=mutes.LONGEST_REASON)
    with st.container(key="mute_reach"):
        refused = _reach(viewer, draft)
    st.caption(text("mute.spares.words" if kind in (MuteKind.TERM, MuteKind.DOMAIN) else f"mute.spares.{kind}"))
    until = here().now() + span if span else None
    args = (viewer.id, replace(draft, reason=reason, until=until))
    st.button(text("mute.do"), key="mute_do", type="primary", on_click=_mute, args=args, disabled=refused)


def _key(name: str, mention_id: int) -> str:
    return f"mute_{name}_{mention_id}"


def _kind(asked: Asked, offer: Offer) -> MuteKind:
    """Of a campaign neither its first author nor one thread is what bothers."""
    kinds = [MuteKind.DOMAIN, MuteKind.TERM, MuteKind.AUTHOR] if asked.is_campaign else list(MuteKind)
    names = {kind: text(f"mute.kind.{kind}", author=plain(offer.author)) for kind in MuteKind}
    first = MuteKind.TERM if asked.is_campaign and not offer.domains else kinds[0]
    chosen: MuteKind = st.radio(
        text("mute.kind"), kinds, index=kinds.index(first), format_func=lambda kind: names[kind], key=_key("kind", offer.mention_id)
    )
    return chosen


def _words(kind: MuteKind, offer: Offer, mention_id: int) -> str:
    first = {MuteKind.TERM: offer.term, MuteKind.DOMAIN: offer.domains[0] if offer.domains else ""}
    if kind not in first:
        return ""
    if kind is MuteKind.DOMAIN and len(offer.domains) > 1:
        st.caption(text("mute.domains", domains=plain(", ".join(offer.domains))))
    words: str = st.text_input(
        text(f"mute.{kind}"),
        value=first[kind],
        key=_key(kind, mention_id),
        max_chars=mutes.LONGEST,
        help=text(f"mute.{kind}_help"),
    )
    return words


def _brand(offer: Offer, mention_id: int) -> int | None:
    names = {ALL_BRANDS: text("mute.brand_all"), **dict(offer.brands)}
    choices = list(names)
    first = choices.index(offer.brand_id) if offer.brand_id in names else 0
    chosen = st.selectbox(text("mute.brand"), choices, index=first, format_func=lambda brand: names[brand], key=_key("brand", mention_id))
    return chosen or None


def _span(mention_id: int) -> timedelta | None:
    chosen = st.selectbox(text("mute.span"), list(SPANS), format_func=lambda span: text(f"mute.span.{span}"), key=_key("span", mention_id))
    return SPANS[chosen]


def _reach(viewer: Viewer, draft: MuteDraft) -> bool:
    """Say what it would have held; whether it cannot be set."""
    if draft.kind in (MuteKind.TERM, MuteKind.DOMAIN) and not draft.words.strip():
        st.text(text(f"mute.reach.no_{draft.kind}"))
        return True
    looked: tuple[MuteDraft, Reach | str] | None = st.session_state.get(LOOKED)
    if looked is None or looked[0] != draft:
        looked = (draft, mute_actions.would_hold(here(), viewer.id, draft))
        st.session_state[LOOKED] = looked
    found = looked[1]
    if isinstance(found, str):
        st.text(say(found))
        return True
    st.text(text("mute.reach.none") if not found.held else text("mute.reach", n=found.held, cases=found.cases))
    if found.spared:
        st.text(text("mute.reach.spared", n=found.spared))
    if found.is_bounded:
        st.text(text("mute.reach.bounded"))
    return False


def _mute(person_id: int, draft: MuteDraft) -> None:
    result = mute_actions.add(here(), person_id, draft)
    tell(result)
    if result.is_done:
        _over()


def _over() -> None:
    st.session_state.pop(ASKED, None)
    st.session_state.pop(LOOKED, None)
