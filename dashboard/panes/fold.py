"""A post that may be abusive, on a page that has no conversation: its words after a click, which counts for whoever clicked alone."""

from collections.abc import Sequence

import streamlit as st

from dashboard import exposure_actions
from dashboard.texts import text
from dashboard.viewer import Viewer, who
from dashboard.workspace import here

UNFOLDED = "unfolded"


def draw(mention_id: int, words: Sequence[str], *, abusive: bool) -> None:
    """Each of these on a line of its own, as it stands."""
    if abusive and mention_id not in st.session_state.get(UNFOLDED, ()):
        st.button(
            text("fold.show"), key=f"fold_{mention_id}", type="tertiary", icon=":material/visibility:", on_click=_show, args=(mention_id,)
        )
        return
    for line in words:
        st.text(line)


def _show(mention_id: int) -> None:
    st.session_state[UNFOLDED] = {*st.session_state.get(UNFOLDED, ()), mention_id}
    viewer = who()
    if isinstance(viewer, Viewer):
        exposure_actions.unfold(here(), viewer.id, mention_id)
