"""The crisis day: 600 write of one outage while twenty work. It is held, gathered, told once to each, and nobody's screen falls behind.

The outage lasts a minute; `CARELINE_CRISIS_MINUTES=10` lets it go on for ten.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from storage.models import Audit, Case, Feed, Mention, Reply
from storage.words import ReplyState
from tests.browser import serve
from tests.browser.acts import arrive
from tests.browser.conftest import ROOT, Board, Sit
from tests.support.crisis import KNOWN
from tests.support.desk import person
from tests.support.flood import SMOKE
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

POSTS = 600
AGENTS = 18
MINUTES = float(os.environ.get("CARELINE_CRISIS_MINUTES", "1"))
WHOLE = 10
COMES_IN_S = MINUTES * 60

PACE_S = 0.05
BUSY = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
SOON, LATE = timedelta(seconds=5) * BUSY, timedelta(seconds=15) * BUSY
"""New posts stand on every screen soon, nineteen of twenty times, and none comes late; on a machine that others keep busy all takes longer."""

PATIENCE_MS = 90_000
PATIENCE_S = 240.0

pace = pytest.fixture(name="_pace", autouse=True)(lambda monkeypatch: monkeypatch.setenv(serve.TELL_PACE, str(PACE_S)))


@contextmanager
def working(module: str, *words: object) -> Iterator[None]:
    """A process of this project, until it is told to end."""
    command = [sys.executable, "-m", module, *map(str, words)]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
        try:
            yield
            assert process.poll() is None, f"{module} ended with {process.returncode}"
        finally:
            process.send_signal(signal.SIGTERM)


def everybody_comes(board: Board) -> list[int]:
    with board.database.write() as session:
        session.get_one(Feed, 1).interval_s = 1
        return [person(session, f"Agent {n:02}", now=board.database.now()).id for n in range(1, AGENTS + 1)]


def outage(board: Board) -> int:
    """How many cases of the outage there are."""
    with board.database.read() as session:
        told = Mention.external_id.startswith("o") & Mention.case_id.is_not(None)
        return session.scalar(select(func.count()).select_from(Mention).where(told)) or 0


def attached(board: Board) -> int:
    with board.database.read() as session:
        return session.scalar(select(func.count()).select_from(Case).where(Case.incident_id.is_not(None))) or 0


def test_held_gathered_told_and_seen(board: Board, sit: Sit, tmp_path: Path) -> None:
    people, file = everybody_comes(board), tmp_path / "seen.jsonl"
    lead, ana = arrive(sit, "Lea Hart"), arrive(sit, "Ana Moss")
    with (
        working("tests.support.flood", board.database.url, POSTS, COMES_IN_S, PACE_S),
        working("tests.support.crowd", board.url, file, *people),
    ):
        incident_of_the_first_case(lead, ana, board)
        lead.get_by_role("button", name="Hold all replies").click()
        expect(lead.locator(".st-key-stop_held")).to_contain_text("All replies are held by Lea Hart")
        write_a_statement(ana)
        ana.goto(f"{board.url}/")
        eventually(lambda: outage(board) == POSTS, limit_s=COMES_IN_S + PATIENCE_S)
        gather(lead, board)
        told = tell(lead)
        nothing_left_while_held(board)
        lead.get_by_role("button", name="End hold").click()
        expect(lead.locator(".st-key-stop_held")).to_have_count(0)
        expect(ana.locator(".fresh")).to_be_visible()
        eventually(lambda: in_state(board, ReplyState.QUEUED, ReplyState.SENDING) == 0, limit_s=PATIENCE_S)
        expect(lead.get_by_text(f"✓ Sent: {told}")).to_be_visible(timeout=PATIENCE_MS)
    each_was_told_once(board, told)
    nobody_claimed_what_somebody_had(board)
    every_screen_showed_it_soon(board, file, people)


def incident_of_the_first_case(lead: Page, ana: Page, board: Board) -> None:
    eventually(lambda: outage(board) > 0, limit_s=PATIENCE_S)
    with board.database.read() as session:
        first = session.scalars(select(Mention.case_id).where(Mention.external_id.startswith("o")).order_by(Mention.id)).first()
    lead.goto(f"{board.url}/?case={first}")
    lead.get_by_role("button", name="Incident", exact=True).click()
    field = lead.get_by_label("Name", exact=True)
    field.fill("Outage Berlin")
    field.press("Enter")
    lead.get_by_role("button", name="Make an incident of this").click()
    expect(lead.get_by_role("heading", name="Outage Berlin")).to_be_visible()
    ana.goto(lead.url)
    expect(ana.get_by_role("heading", name="Outage Berlin")).to_be_visible()


def write_a_statement(page: Page) -> None:
    page.get_by_text("Write a statement", exact=True).click()
    for number, words in enumerate(KNOWN, 1):
        page.get_by_label(f"Variant {number}", exact=True).fill(words)
    page.get_by_role("button", name="Save, for approval").click()
    expect(page.get_by_text("◌ not approved")).to_be_visible()


def gather(lead: Page, board: Board) -> None:
    """All that have the words, in one act."""
    lead.reload()
    lead.get_by_label("Search by words").fill("outage")
    lead.get_by_role("button", name=f"Attach all {POSTS - attached(board)} found").click(timeout=PATIENCE_MS)
    eventually(lambda: attached(board) == POSTS, limit_s=PATIENCE_S)


def tell(lead: Page) -> int:
    """Approve what Ana wrote and tell those who wait; how many were told."""
    lead.get_by_role("button", name="Approve", exact=True).click()
    expect(lead.get_by_text("✓ approved by Lea Hart")).to_be_visible()
    lead.get_by_role("combobox", name="With which statements?").click()
    lead.locator("[role=option]:not(.row)").first.click()
    lead.keyboard.press("Escape")
    lead.get_by_role("button", name="Tell ").click(timeout=PATIENCE_MS)
    toast = lead.get_by_test_id("stToast").filter(has_text="Queued, each with a text of its own")
    expect(toast).to_be_visible(timeout=PATIENCE_MS)
    return int("".join(letter for letter in (toast.text_content() or "").split("own:")[1] if letter.isdigit()))


def in_state(board: Board, *states: ReplyState) -> int:
    with board.database.read() as session:
        return session.scalar(select(func.count()).select_from(Reply).where(Reply.state.in_(states))) or 0


def nothing_left_while_held(board: Board) -> None:
    """Replies of agents and of the incident wait; what was under way when it began had been leased before."""
    with board.database.read() as session:
        held_at = session.scalars(select(Audit.at).where(Audit.verb == "switch").order_by(Audit.id)).one()
        left = session.scalars(select(Reply.id).where(Reply.sending_at > held_at)).all()
        waiting = session.scalars(select(Reply.person_id).where(Reply.state == ReplyState.QUEUED, Reply.incident_id.is_(None))).all()
    assert left == []
    assert waiting, "no agent sent anything while replies were held: this proves nothing"


def each_was_told_once(board: Board, told: int) -> None:
    with board.database.read() as session:
        ours = session.execute(select(Reply.case_id, Reply.text, Reply.state).where(Reply.incident_id.is_not(None))).all()
        sent = session.execute(
            select(Reply.case_id, Case.author_id, Reply.text)
            .join(Case, Case.id == Reply.case_id)
            .where(Case.incident_id.is_not(None), Reply.state == ReplyState.SENT)
            .order_by(Reply.sent_at)
        ).all()
        quiet = set(session.scalars(select(Case.id).where(Case.incident_id.is_not(None), Case.waiting_since.is_(None))))
        drafts = set(session.scalars(select(Reply.case_id).where(Reply.state == ReplyState.DRAFT)))
        inside = set(session.scalars(select(Case.id).where(Case.incident_id.is_not(None))))
    assert {row.state for row in ours} == {ReplyState.SENT}
    assert len(ours) == len({row.case_id for row in ours}) == told
    assert [author for author, n in Counter(row.author_id for row in sent).items() if n > 1] == []
    assert len({row.text for row in ours}) == len(ours)
    assert all(one.text.split(",", 1)[1:] != other.text.split(",", 1)[1:] for one, other in pairwise(ours))
    assert inside - quiet <= drafts, "somebody waits whom neither the telling nor an agent's draft knows of"


def nobody_claimed_what_somebody_had(board: Board) -> None:
    with board.database.read() as session:
        acts = session.execute(select(Audit.case_id, Audit.verb).where(Audit.verb.in_(("claim", "release"))).order_by(Audit.id)).all()
    per_case: dict[int | None, list[str]] = {}
    for case_id, verb in acts:
        per_case.setdefault(case_id, []).append(verb)
    assert len(per_case) >= AGENTS
    assert [case_id for case_id, verbs in per_case.items() if ("claim", "claim") in pairwise(verbs)] == []


def every_screen_showed_it_soon(board: Board, file: Path, people: list[int]) -> None:
    """Of each pressing post that came before the hold ended: how long until each screen had it.

    Afterwards the replies leave a hundred times faster than any platform lets them. When ten minutes are pressed into one, ten posts a second
    wait for the classifier: then it is counted from the case on, and from the post on where the crisis lasts as long as a real one.
    """
    since = Mention.posted_at if MINUTES >= WHOLE else Case.opened_at
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    first_look = {one: min(line["at"] for line in lines if line["person"] == one) for one in people}
    ready = max(first_look.values())
    seen = {(line["person"], line["case"]): line["at"] for line in lines}
    with board.database.read() as session:
        pressing = session.execute(
            select(Mention.case_id, since.label("at")).join(Case, Case.id == Mention.case_id).where(Mention.text.startswith(SMOKE))
        ).all()
        _, released_at = session.scalars(select(Audit.at).where(Audit.verb == "switch").order_by(Audit.id)).all()
    asked = [(row.case_id, row.at) for row in pressing if ready < row.at.timestamp() and row.at < released_at]
    assert len(asked) >= 3
    took = {(one, case): datetime.fromtimestamp(seen[one, case], UTC) - at for case, at in asked for one in people if (one, case) in seen}
    assert len(took) == len(asked) * len(people), "a pressing post never came onto some screens"
    slowest = sorted(took.values())
    assert slowest[len(slowest) * 19 // 20] <= SOON, slowest[-20:]
    assert slowest[-1] <= LATE, slowest[-20:]
