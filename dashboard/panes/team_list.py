"""Teams and who takes what, for leads: a part of the page of people."""

from collections.abc import Sequence

import streamlit as st

from dashboard import shift_actions, team_actions
from dashboard.actions import Result
from dashboard.format import plain, word_of
from dashboard.frame import tell
from dashboard.shift_values import COLOURS, state_mark
from dashboard.texts import text, texts
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.cases import tags
from desk.people import routing, teams
from desk.people.teams import LONGEST_NAME, MOST_OPEN, Hand, TeamView
from desk.queue import choices
from storage.words import SkillKind

NEW, DEALT = "team_new", "team_dealt"
KINDS = {SkillKind.LANGUAGE: "languages", SkillKind.SOURCE: "sources", SkillKind.TOPIC: "topics"}


def draw(viewer: Viewer) -> None:
    """Nothing for who does not lead."""
    if not viewer.may_lead:
        return
    with here().database.read() as session:
        found, hands = teams.teams(session), teams.hands_on(session, now=here().now())
        stranded = routing.stranded(session, now=here().now())
        offered = {
            SkillKind.LANGUAGE: list(texts("language.")),
            SkillKind.SOURCE: list(choices.choices(session).sources),
            SkillKind.TOPIC: [tag.name for tag in tags.offered(session)],
        }
    _teams(viewer, found, hands)
    _hands(viewer, hands, found, offered)
    _dealing(viewer, stranded)


def _teams(viewer: Viewer, found: Sequence[TeamView], hands: Sequence[Hand]) -> None:
    st.subheader(text("team.title"), anchor=False)
    st.text(text("team.why"))
    if not found:
        st.text(text("team.none"))
    for team in found:
        _team(viewer, team, {hand.id: hand.name for hand in hands})
    with st.form("team_add", border=False, clear_on_submit=True), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(text("team.name"), key=NEW, max_chars=LONGEST_NAME, width=320)
        st.form_submit_button(text("team.add"), on_click=_add, args=(viewer.id,))


def _team(viewer: Viewer, team: TeamView, names: dict[int, str]) -> None:
    with st.container(border=True, key=f"team_{team.id}", horizontal=True, vertical_alignment="center"):
        st.text(team.name, width="content")
        members = [names[person_id] for person_id in team.member_ids if person_id in names]
        st.text(", ".join(members) or text("team.nobody"), width="stretch")
        with st.popover(text("team.edit"), key=f"team_edit_{team.id}"):
            name, members_key = f"team_name_{team.id}", f"team_members_{team.id}"
            st.text_input(text("team.name"), value=team.name, key=name, max_chars=LONGEST_NAME)
            st.button(text("team.rename"), key=f"team_rename_{team.id}", on_click=_rename, args=(viewer.id, team.id, name))
            st.multiselect(
                text("team.members"),
                list(names),
                default=[person_id for person_id in team.member_ids if person_id in names],
                format_func=names.__getitem__,
                key=members_key,
                on_change=_members,
                args=(viewer.id, team.id, members_key),
            )
            retire = text("team.retire")
            st.button(retire, key=f"team_retire_{team.id}", help=text("team.retire_help"), on_click=_retire, args=(viewer.id, team.id))


def _hands(viewer: Viewer, hands: Sequence[Hand], found: Sequence[TeamView], offered: dict[SkillKind, list[str]]) -> None:
    st.subheader(text("team.hands"), anchor=False)
    st.text(text("team.hands_why"))
    named = {team.id: team.name for team in found}
    for hand in hands:
        with st.container(border=True, key=f"hand_{hand.id}", horizontal=True, vertical_alignment="center"):
            mark = state_mark(hand.shift)
            st.text(hand.name, width=180)
            st.badge(plain(f"{mark.glyph} {mark.word}"), color=COLOURS[mark.tone])
            st.text(_load(hand), width=110)
            st.text(_takes(hand, named), width="stretch")
            with st.popover(text("team.edit"), key=f"hand_edit_{hand.id}"):
                _hand(viewer, hand, offered)


def _load(hand: Hand) -> str:
    if hand.open_limit is None:
        return text("team.hand.open", n=hand.open_cases)
    return text("team.hand.open_of", n=hand.open_cases, limit=hand.open_limit)


def _takes(hand: Hand, named: dict[int, str]) -> str:
    teams_of = [named[team_id] for team_id in hand.team_ids if team_id in named]
    skills = [word_of(kind.value, value) for kind in SkillKind for value in hand.skills[kind]]
    abuse = [text("team.hand.abuse")] if hand.takes_abuse else []
    return " · ".join([*teams_of, *(skills or [text("team.hand.all")]), *abuse])


def _hand(viewer: Viewer, hand: Hand, offered: dict[SkillKind, list[str]]) -> None:
    keys = {name: f"hand_{name}_{hand.id}" for name in (*KINDS.values(), "limit", "abuse")}
    with st.form(f"hand_form_{hand.id}", border=False):
        for kind, name in KINDS.items():
            _skills(kind, name, hand.skills[kind], offered[kind], key=keys[name])
        none = text("team.hand.limit_hint")
        st.number_input(
            text("team.hand.limit"), min_value=1, max_value=MOST_OPEN, value=hand.open_limit, placeholder=none, key=keys["limit"]
        )
        st.checkbox(text("team.hand.abuse"), value=hand.takes_abuse, key=keys["abuse"])
        st.form_submit_button(text("team.hand.save"), key=f"hand_save_{hand.id}", on_click=_save, args=(viewer.id, hand.id, keys))


def _skills(kind: SkillKind, name: str, theirs: Sequence[str], offered: Sequence[str], *, key: str) -> None:
    def named(value: str) -> str:
        return word_of(kind.value, value)

    options = sorted({*offered, *theirs}, key=lambda value: named(value).casefold())
    st.multiselect(text(f"team.hand.{name}"), options, default=list(theirs), format_func=named, key=key)


def _dealing(viewer: Viewer, stranded: int) -> None:
    if stranded:
        words = text("team.stranded_one") if stranded == 1 else text("team.stranded", n=stranded)
        st.warning(words, icon=":material/person_search:")
    with st.container(horizontal=True):
        st.button(text("team.deal"), key="team_deal", help=text("team.deal_help"), on_click=_deal, args=(viewer.id,))
        dealt: int | None = st.session_state.get(DEALT)
        if dealt is not None:
            st.button(text("team.undeal"), key="team_undeal", on_click=_undeal, args=(viewer.id, dealt))


def _add(person_id: int) -> None:
    tell(team_actions.add(here(), person_id, name=st.session_state[NEW]))


def _rename(person_id: int, team_id: int, key: str) -> None:
    tell(team_actions.rename(here(), person_id, team_id, name=st.session_state[key]))


def _members(person_id: int, team_id: int, key: str) -> None:
    tell(team_actions.set_members(here(), person_id, team_id, members=st.session_state[key]))


def _retire(person_id: int, team_id: int) -> None:
    tell(team_actions.retire(here(), person_id, team_id))


def _save(person_id: int, of: int, keys: dict[str, str]) -> None:
    state = st.session_state
    skills = {kind: state[keys[name]] for kind, name in KINDS.items()}
    limit: int | None = state[keys["limit"]]
    tell(team_actions.set_hand(here(), person_id, of, skills=skills, open_limit=limit, takes_abuse=state[keys["abuse"]]))


def _deal(person_id: int) -> None:
    result: Result = shift_actions.deal(here(), person_id)
    tell(result)
    st.session_state[DEALT] = (result.values or {}).get("deal")


def _undeal(person_id: int, bulk_id: int) -> None:
    result = shift_actions.undo_deal(here(), person_id, bulk_id)
    tell(result)
    st.session_state[DEALT] = None
