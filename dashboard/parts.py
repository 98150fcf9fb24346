"""Parts of a page that Streamlit draws alone, without the page around them: dialogs, and what draws itself anew."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, ParamSpec

import streamlit as st

from dashboard.viewer import person_now

P = ParamSpec("P")
Position = Literal["center", "right"]


def alone(body: Callable[P, None], *, run_every: Any = None) -> Callable[P, None]:
    """Draws the body, and again every so often; for nobody but whoever is signed in now."""
    drawn: Callable[P, None] = st.fragment(_for_whom_it_was_drawn(body), run_every=run_every)
    return drawn


def popover(label: str, *, key: str, **told: Any) -> Any:
    """A popover that says whether it is `open`: what is in it is drawn only then, and costs nothing while people go from case to case.

    For a label that stays: with another one Streamlit closes it, and draws a new one.
    """
    return st.popover(label, key=key, on_change="rerun", **told)


def dialog(
    title: str,
    body: Callable[[], None],
    *,
    stands: Callable[[], bool],
    over: Callable[[], None],
    width: Literal["small", "medium", "large"] = "small",
    position: Position = "center",
) -> None:
    """Opens a dialog with this body; once what asked for it stands no more, the page is drawn without it.

    `over` is called when its reader closes it.
    """

    def drawn() -> None:
        if not stands():
            st.rerun()
        body()

    st.dialog(title, width=width, position=position, on_dismiss=over)(_for_whom_it_was_drawn(drawn))()


def _for_whom_it_was_drawn(body: Callable[P, None]) -> Callable[P, None]:
    """The whole page looks who is there before it draws; a part that runs without it must look itself."""
    drawn_for = person_now()

    @wraps(body)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        if person_now() != drawn_for:
            st.rerun()
        body(*args, **kwargs)

    return drawn
