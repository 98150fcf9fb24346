"""What each credential spends: until when it lasts, what is given up in which order, and what a mention, a reply and a solved case cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import money_actions, money_words
from dashboard.format import clock_words, plain
from dashboard.frame import PAGES, tell
from dashboard.texts import text
from dashboard.viewer import Viewer, clock_zone
from dashboard.workspace import here
from desk.intake.recheck_forecast import NOTHING, RecheckForecast, forecast
from desk.money import costs, thrift
from desk.money.budget import STEPS
from desk.money.costs import CostRow, Per, UnitCost
from desk.money.thrift import Money
from desk.people import people
from storage.models import Credential
from storage.words import BudgetPart, ThriftStep

SHOWN = "costs"
PARTS = [24, 14, 18, 20, 24]
FEW, TALLEST = 6, 320


@dataclass(frozen=True, slots=True)
class Seen:
    """A credential's money as it is drawn. `recheck`: what asking again costs until the money begins anew.

    `rows` are what one figure counts, where that was asked for.
    """

    money: Money
    units: Sequence[UnitCost]
    recheck: RecheckForecast = NOTHING
    shown: Per | None = None
    rows: Sequence[CostRow] = ()


def read(viewer: Viewer, *, now: datetime) -> list[Seen]:
    """Every credential with a budget, or with spending in this month."""
    desk = here().settings.desk
    since = thrift.month_of(now, desk.zone)[0]
    with here().database.read() as session:
        by = people.active(session, viewer.id)
        found = []
        for money in thrift.money(session, settings=desk, now=now):
            per = _asked(money.credential_id)
            rows = costs.rows(session, money.credential_id, per, since=since, by=by) if per else ()
            units = costs.unit_costs(session, money.credential_id, since=since)
            credential = session.get_one(Credential, money.credential_id)
            recheck = forecast(session, credential, settings=desk, until=money.period_ends_at, now=now)
            found.append(Seen(money, units, recheck, per, rows))
        return found


def warnings(*, now: datetime) -> None:
    """On top of the page: what ends before the month does."""
    desk = here().settings.desk
    with here().database.read() as session:
        found = thrift.money(session, settings=desk, now=now) if desk.budgets else []
    with st.container(key="money_warnings"):
        for one in found:
            said = money_words.warning(one, now=now, zone=desk.zone)
            if said:
                st.warning(plain(said), icon=":material/savings:")


def draw(viewer: Viewer, found: Sequence[Seen], *, now: datetime) -> None:
    """All of it, below the feeds; nothing where nothing costs money."""
    with st.container(key="money"):
        if not found:
            return
        st.subheader(text("money.title"), anchor=False)
        st.caption(text("money.what"))
        for seen in found:
            with st.container(border=True, key=f"money_{seen.money.credential_id}"):
                _one(viewer, seen, now=now)


def _one(viewer: Viewer, seen: Seen, *, now: datetime) -> None:
    money, zone = seen.money, here().settings.desk.zone
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="top"):
        with st.container(gap="xsmall", width="stretch"):
            st.markdown(f"**{plain(money_words.title(money))}**")
            st.text(money_words.sentence(money, now=now, zone=zone))
        _raising(viewer, money, now=now)
    _parts(money)
    if money.budget.whole is not None:
        _order(money, now=now)
    with st.container(key=f"money_recheck_{money.credential_id}"):
        if seen.recheck.times:
            st.caption(plain(money_words.rechecks(money, seen.recheck)))
    if not money.budget.is_quota:
        _units(seen)


def _raising(viewer: Viewer, money: Money, *, now: datetime) -> None:
    if money.budget.whole is None and not money.budget.parts:
        return
    with st.container(key=f"money_raise_{money.credential_id}", gap="xsmall", width=330):
        if money.raised_until is not None:
            until = clock_words(money.raised_until, now=now, zone=here().settings.desk.zone)
            st.badge(text("money.raised.short"), icon=":material/trending_up:", color="blue")
            st.caption(plain(text("money.raised", person=money.raised_by, time=until)))
        elif viewer.may_raise_budgets and money.step is not ThriftStep.FULL:
            key, args = f"raise_{money.credential_id}", (viewer.id, money.credential_id)
            st.button(text("money.raise"), key=key, icon=":material/trending_up:", on_click=_raise, args=args)
            st.caption(plain(money_words.raising(money)))


def _parts(money: Money) -> None:
    names = ("part", "spent", "pace", "limit", "way")
    with st.container(gap="xsmall", key=f"money_parts_{money.credential_id}"):
        for column, name in zip(st.columns(PARTS), names, strict=True):
            column.caption(text(f"money.{name}"))
        for part in BudgetPart:
            label, spent, pace, limit, way = st.columns(PARTS, vertical_alignment="center")
            label.text(text(f"money.part.{part}"))
            spent.text(money_words.of(money, money.forecast.spent.get(part, 0)))
            pace.text(money_words.of(money, money.forecast.pace.get(part, 0)))
            limit.text(money_words.limit(money, part))
            going: Any = money.ways[part]
            way.badge(text(f"money.way.{going}"), icon=money_words.GLYPHS[going], color=money_words.COLOURS[going])


def _order(money: Money, *, now: datetime) -> None:
    """The steps, those that are taken marked by a glyph and a colour."""
    with st.container(key=f"money_order_{money.credential_id}", gap="xsmall"):
        st.caption(text("money.order"))
        with st.container(horizontal=True, gap="small"):
            for place, step in enumerate(STEPS[1:], start=1):
                is_done = money_words.is_given_up(money, step)
                label = f"{place} · {_step(money, step, now=now)}"
                st.badge(plain(label), icon=":material/check:" if is_done else ":material/remove:", color="orange" if is_done else "gray")
        st.caption(text("money.step.never"))


def _step(money: Money, step: ThriftStep, *, now: datetime) -> str:
    name = money_words.step_name(money, step)
    if step is not money.step or money.since is None or money.raised_until is not None:
        return name
    return text("money.step.done", step=name, time=clock_words(money.since, now=now, zone=clock_zone()))


def _units(seen: Seen) -> None:
    with st.container(key=f"money_units_{seen.money.credential_id}", gap="small"):
        for column, unit in zip(st.columns(len(seen.units)), seen.units, strict=True):
            with column, st.container(gap=None):
                st.metric(text(f"money.per.{unit.per}"), money_words.amount(unit.each) if unit.each is not None else text("money.per.none"))
                st.caption(text("money.per.of", total=money_words.amount(unit.micros), n=unit.n))
                _opens(seen.money.credential_id, unit)
        if seen.shown is not None:
            _rows(seen.shown, seen.rows)


def _opens(credential_id: int, unit: UnitCost) -> None:
    key, asked = f"costs_{credential_id}_{unit.per}", f"{credential_id}-{unit.per}"
    icon = ":material/arrow_forward:"
    st.button(text("money.per.open"), key=key, type="tertiary", icon=icon, disabled=not unit.n, on_click=_show, args=(asked,))


def _rows(per: Per, rows: Sequence[CostRow]) -> None:
    with st.container(border=True, key="costs_shown"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{plain(text(f'money.rows.{per}'))}**")
            st.button(text("money.rows.close"), key="costs_close", type="tertiary", on_click=_show, args=(None,))
        st.caption(text("money.rows.first", n=len(rows)) if rows else text("money.rows.none"))
        with st.container(height=TALLEST if len(rows) > FEW else "content", border=False, gap="xsmall"):
            for row in rows:
                _row(row)


def _row(row: CostRow) -> None:
    at = clock_words(row.at, now=here().now(), zone=clock_zone())
    paid = money_words.amount(row.micros) if row.micros is not None else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(" · ".join(part for part in (at, row.author, paid) if part)))
        if row.case_id is not None:
            label = text("outcomes.shown.case", case=row.case_id)
            st.page_link(PAGES / "queue.py", label=label, icon=":material/forum:", query_params={"case": str(row.case_id)})


def _asked(credential_id: int) -> Per | None:
    """Which figure's rows the address asks for."""
    number, _, name = str(st.query_params.get(SHOWN, "")).partition("-")
    return Per(name) if number == str(credential_id) and name in set(Per) else None


def _show(asked: str | None) -> None:
    if asked is None:
        st.query_params.pop(SHOWN, None)
    else:
        st.query_params[SHOWN] = asked


def _raise(viewer_id: int, credential_id: int) -> None:
    tell(money_actions.raise_for_today(here(), viewer_id, credential_id))
