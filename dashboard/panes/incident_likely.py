"""What looks like an incident: an hour with far more complaints than usual, its five top posts, and one click that begins with them."""

import streamlit as st

from dashboard import incident_actions
from dashboard.format import clock_words, short, web_link
from dashboard.frame import PAGES, tell
from dashboard.panes import incident_list
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.incidents import incident_spikes
from desk.incidents.incident_spikes import Spike, TopPost
from desk.incidents.incidents import IncidentDraft

LONGEST = 200


def draw(viewer: Viewer) -> None:
    rules, now = here().settings.desk.alerts, here().now()
    with here().database.read() as session:
        found = [(spike, incident_spikes.top(session, spike)) for spike in incident_spikes.spikes(session, rules=rules, now=now)]
    for spike, posts in found:
        with st.container(border=True, key=f"incident_likely_{spike.brand_id}"):
            _one(viewer, spike, posts)


def _one(viewer: Viewer, spike: Spike, posts: list[TopPost]) -> None:
    time = clock_words(spike.hour, now=here().now(), zone=clock_zone())
    told = {"brand": spike.brand, "feed": spike.feed, "n": spike.number, "time": time, "usual": f"{spike.usual:g}"}
    st.badge(text("incident.likely"), color="orange", icon=":material/trending_up:")
    st.text(text("incident.likely_feed" if spike.feed else "incident.likely_words", **told))
    for post in posts:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(text("incident.abusive") if post.is_abusive else short(post.text, LONGEST), width="stretch")
            link = web_link(post.url)
            if link:
                st.link_button(text("incident.likely_open"), link)
            if post.case_id is not None:
                label = text("incident.likely_case", case=post.case_id)
                st.page_link(PAGES / "queue.py", label=label, query_params={"case": str(post.case_id)})
    if viewer.may_care:
        case_ids = tuple(post.case_id for post in posts if post.case_id is not None)
        label, key = text("incident.likely_begin"), f"incident_likely_begin_{spike.brand_id}"
        st.button(label, key=key, type="primary", on_click=_begin, args=(viewer.id, spike.brand, case_ids))


def _begin(person_id: int, brand: str, case_ids: tuple[int, ...]) -> None:
    result = incident_actions.begin(here(), person_id, IncidentDraft(text("incident.likely_name", brand=brand)))
    if result.is_done and result.values:
        if case_ids:
            incident_actions.attach(here(), person_id, result.values["incident"], case_ids)
        incident_list.go(result.values["incident"])
    tell(result)
