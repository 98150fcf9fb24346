"""A real board over Streamlit's websocket: a cookie that opens nothing draws nothing of the workspace there and writes nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from dashboard import workspace as opened
from dashboard.frame import DAILY, REVIEWED, SET_UP, START
from dashboard.settings import BoardSettings
from dashboard.workspace import Workspace
from desk.people import leaving, sign_ins
from storage.database import Database
from storage.models import Base, Heartbeat, Person, SignIn
from storage.words import Role
from tests.dashboard.conftest import Floor, furnish
from tests.dashboard.hostile import MARK, Ids, poison, poison_team
from tests.dashboard.test_options import ROOT, free_port, is_healthy
from tests.support import cookies, stream
from tests.support.desk import person
from tests.support.waiting import eventually

SECRET = "browser"
OURS = MARK.encode()
"""Stands in all that customers and colleagues wrote here, and in nothing that a stranger may see."""

UNASKED = {Heartbeat.__tablename__}
"""What the board writes by itself."""


@dataclass(frozen=True, slots=True)
class House:
    """A board that runs, with everything in it that can be drawn."""

    url: str
    workspace: Workspace
    floor: Floor
    made: Ids

    @property
    def name(self) -> str:
        return self.workspace.settings.cookie_name

    def places(self) -> list[tuple[str, str]]:
        """Every page, with all that its address can open."""
        cases = [("", f"case={case_id}&view=all") for case_id in self.floor.cases]
        named = [(name, "") for name in (*DAILY, *REVIEWED, *SET_UP, START) if name != "queue"]
        return [
            ("", ""),
            *cases,
            *named,
            ("incidents", f"incident={self.made.incident}"),
            ("rules", f"rule={self.made.rule}"),
            ("feeds", "id=1"),
        ]

    def signed_in(self, person_id: int) -> str:
        return cookies.signed_in(self.workspace, person_id)[self.name]

    def header(self, *values: str) -> str:
        return "; ".join(f"{self.name}={value}" for value in values)

    def rows(self) -> Mapping[str, list[tuple[object, ...]]]:
        tables = [table for table in Base.metadata.sorted_tables if table.name not in UNASKED]
        with self.workspace.database.read() as session:
            return {table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))] for table in tables}


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("stream")
    file, port = folder / "careline.db", free_port()
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    workspace = opened.show(BoardSettings(port=port, database_url=database.url, home=folder, cookie_secret=SECRET), database, SECRET)
    floor = furnish(database)
    poison(workspace, floor)
    made = poison_team(workspace, floor)
    with database.write() as session:
        for person_id in (floor.bo, floor.reader):
            session.get_one(Person, person_id).name = "A colleague"  # whoever may sit down here is shown by name
    serve = ROOT / "tests" / "browser" / "serve.py"
    command = [sys.executable, str(serve), database.url, str(port), str(folder / "home")]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        eventually(lambda: is_healthy(port))
        yield House(f"http://localhost:{port}", workspace, floor, made)
    finally:
        process.kill()
        process.wait()
        opened.close()
        database.close()


def ended(house: House, person_id: int) -> str:
    value = house.signed_in(person_id)
    with house.workspace.database.write() as session:
        token = cookies.session_of(house.workspace, {house.name: value})["token"]
        sign_ins.end(session, token, now=house.workspace.now())
    return value


def expired(house: House, person_id: int) -> str:
    value = house.signed_in(person_id)
    run_out(house, value)
    return value


def run_out(house: House, value: str) -> None:
    """Its time is over; what ends in the database alone is heard of with the next sign-in that ends."""
    token = cookies.session_of(house.workspace, {house.name: value})["token"]
    with house.workspace.database.write() as session:
        over = house.workspace.now() - timedelta(seconds=1)
        session.execute(update(SignIn).where(SignIn.token == sign_ins._hashed(token)).values(until=over))
    ended(house, house.floor.reader)


def signed_out(house: House, person_id: int) -> str:
    """Copied from a browser that signs out afterwards."""
    with httpx.Client(base_url=house.url) as browser:
        browser.post("/board/sign-in", json={"person": person_id}).raise_for_status()
        copy = browser.cookies[house.name]
        browser.post("/board/sign-out", json={}).raise_for_status()
    return copy


def a_lead(house: House) -> int:
    """Somebody whom no other test needs."""
    with house.workspace.database.write() as session:
        return person(session, "Somebody", Role.LEAD, now=house.workspace.now()).id


def left(house: House) -> str:
    person_id = a_lead(house)
    value = house.signed_in(person_id)
    leave(house, person_id)
    return value


def leave(house: House, person_id: int) -> None:
    with house.workspace.database.write() as session:
        leaving.leave(session, person_id, by=None, now=house.workspace.now())


def of_another_key(house: House, value: str) -> str:
    return cookies.cookie("another workspace's key", dict(cookies.session_of(house.workspace, {house.name: value})))


def forged(house: House) -> str:
    """The lead's words with the agent's signature."""
    words, _, _ = house.signed_in(house.floor.lead).rpartition(".")
    _, _, signature = house.signed_in(house.floor.ana).rpartition(".")
    return f"{words}.{signature}"


BAD: dict[str, Callable[[House], str | None]] = {
    "none": lambda _: None,
    "empty": lambda house: house.header(""),
    "forged": lambda house: house.header(forged(house)),
    "cut": lambda house: house.header(house.signed_in(house.floor.lead)[:-4]),
    "of another workspace's key": lambda house: house.header(of_another_key(house, house.signed_in(house.floor.lead))),
    "of another board's name": lambda house: f"careline_1={house.signed_in(house.floor.lead)}",
    "ended": lambda house: house.header(ended(house, house.floor.lead)),
    "expired": lambda house: house.header(expired(house, house.floor.lead)),
    "replayed after signing out": lambda house: house.header(signed_out(house, house.floor.lead)),
    "of somebody who left": lambda house: house.header(left(house)),
    "a good one, then a bad one": lambda house: house.header(house.signed_in(house.floor.lead), forged(house)),
    "a bad one, then a good one": lambda house: house.header(forged(house), house.signed_in(house.floor.lead)),
    "two good ones": lambda house: house.header(house.signed_in(house.floor.lead), house.signed_in(house.floor.ana)),
}


def test_a_good_cookie_draws_it_so_that_its_absence_means_something(house: House) -> None:
    with stream.opened(house.url, house.header(house.signed_in(house.floor.lead))) as page:
        told = {place: OURS in page.run(*place) for place in house.places()}
    without = {("", ""), ("shift", ""), ("trends", ""), ("outcomes", ""), ("start", "")}
    assert {place for place, is_there in told.items() if not is_there} <= without


@pytest.fixture(scope="module")
def buttons(house: House) -> frozenset[str]:
    """All that a lead could press beside a case."""
    with stream.opened(house.url, house.header(house.signed_in(house.floor.lead))) as page:
        page.run("", f"case={house.floor.cases[0]}")
    assert any(one.endswith("case_claim") for one in page.buttons)
    return frozenset(page.buttons)


@pytest.mark.parametrize("kind", BAD)
def test_a_cookie_that_opens_nothing_draws_nothing_and_writes_nothing(kind: str, house: House, buttons: frozenset[str]) -> None:
    cookie = BAD[kind](house)
    before = house.rows()
    with stream.opened(house.url, cookie) as page:
        drawn = [page.run(*place) for place in house.places()]
        drawn.append(page.run("", f"case={house.floor.cases[0]}", clicked=buttons))
    assert [OURS in one for one in drawn] == [False] * len(drawn)
    assert all(b"signin" in one for one in drawn[:4])
    headers = {} if cookie is None else {"Cookie": cookie}
    told = [
        httpx.get(f"{house.url}/{path}", headers=headers)
        for path in ("", "?case=1", "mentions", "board/queue", "board/case/1", "board/notices")
    ]
    assert [one.status_code for one in told] == [200, 200, 200, 401, 401, 401]
    assert [OURS in one.content for one in told] == [False] * len(told)
    assert httpx.put(f"{house.url}/board/draft/1", headers=headers, json={"text": "x", "version": 0}).status_code == 401
    assert house.rows() == before


def test_the_same_cookie_twice_is_one_cookie(house: House) -> None:
    value = house.signed_in(house.floor.lead)
    with stream.opened(house.url, house.header(value, value)) as page:
        assert OURS in page.run("mentions")


def test_another_boards_cookie_beside_a_good_one_takes_nothing_away(house: House) -> None:
    with stream.opened(house.url, f"careline_1=x; {house.header(house.signed_in(house.floor.lead))}; other=y") as page:
        assert OURS in page.run("mentions")


def test_whoever_knows_the_number_of_a_session_gets_nothing_out_of_it(house: House) -> None:
    """Streamlit lets a browser whose connection broke go on with its session; the cookie must be as good as ever."""
    with stream.opened(house.url, house.header(house.signed_in(house.floor.lead))) as page:
        page.run("", f"case={house.floor.cases[0]}")
        session, claim = page.session, frozenset(one for one in page.buttons if one.endswith("case_claim"))
    assert claim
    before = house.rows()
    with stream.opened(house.url, None, session=session) as thief:
        drawn = thief.run("", f"case={house.floor.cases[0]}", clicked=claim)
        assert thief.session == session
    assert OURS not in drawn
    assert house.rows() == before


def end_it(house: House, value: str, person_id: int) -> None:
    assert person_id
    token = cookies.session_of(house.workspace, {house.name: value})["token"]
    with house.workspace.database.write() as session:
        sign_ins.end(session, token, now=house.workspace.now())


def sign_it_out(house: House, value: str, person_id: int) -> None:
    assert person_id
    httpx.post(f"{house.url}/board/sign-out", json={}, headers={"Cookie": house.header(value)}).raise_for_status()


def let_leave(house: House, value: str, person_id: int) -> None:
    assert value
    leave(house, person_id)


def let_run_out(house: House, value: str, person_id: int) -> None:
    assert person_id
    run_out(house, value)


@pytest.mark.parametrize("end", [end_it, sign_it_out, let_leave, let_run_out])
def test_an_open_page_whose_sign_in_ended_draws_and_does_nothing_more(end: Callable[[House, str, int], None], house: House) -> None:
    person_id = a_lead(house)
    value = house.signed_in(person_id)
    with stream.opened(house.url, house.header(value)) as page:
        assert OURS in page.run("", f"case={house.floor.cases[0]}")
        buttons = frozenset(one for one in page.buttons if one.endswith("case_claim"))
        assert buttons
        end(house, value, person_id)
        eventually(lambda: httpx.get(f"{house.url}/board/queue", headers={"Cookie": house.header(value)}).status_code == 401)
        before = house.rows()
        drawn = page.run("", f"case={house.floor.cases[0]}", clicked=buttons)
    assert OURS not in drawn
    assert b"signin" in drawn
    assert house.rows() == before


def test_nothing_is_drawn_alone_but_through_what_looks_who_is_there() -> None:
    wild = [
        str(file)
        for file in (ROOT / "dashboard").rglob("*.py")
        if re.search(r"\bst\.(fragment|dialog)\b", file.read_text()) and file.name != "parts.py"
    ]
    assert wild == []


ALONE = {"feeds": ("feeds", "", "", 2), "closing": ("", "case={case}&view=all", "case_close", 2)}


@pytest.mark.parametrize(("name", "nth"), [(name, nth) for name, (*_, parts) in ALONE.items() for nth in range(parts)])
def test_neither_do_its_parts_that_are_drawn_alone(house: House, name: str, nth: int) -> None:
    """Dialogs, and what draws itself anew every few seconds: Streamlit runs them without the page around them."""
    place, query, opener, number = ALONE[name]
    query = query.format(case=house.floor.cases[1])
    value = house.signed_in(house.floor.ana)
    with stream.opened(house.url, house.header(value)) as page:
        page.run(place, query)
        if opener:
            page.run(place, query, clicked=frozenset(one for one in page.buttons if one.endswith(opener)))
        parts = sorted(page.parts)
        assert len(parts) == number
        assert any(OURS in page.run(place, query, part=one) for one in parts)
        end_it(house, value, house.floor.ana)
        eventually(lambda: httpx.get(f"{house.url}/board/queue", headers={"Cookie": house.header(value)}).status_code == 401)
        before = house.rows()
        assert OURS not in page.run(place, query, part=parts[nth])
        assert house.rows() == before
