"""Any order of what customers, agents, leads, rules and clocks do to cases: nobody is lost, no word is lost, and everything still adds up."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import create_engine, make_url, text

from storage.database import Database
from tests.support.case_machine import Desk

EXAMPLES = int(os.environ.get("CARELINE_MACHINE_EXAMPLES", "14"))
STEPS = 40


def run(fresh: Callable[[], Database], examples: int) -> None:
    machine = type("DeskHere", (Desk,), {"fresh": staticmethod(fresh)})
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    # A step is a workspace read from end to end: a failure is told as it was met, not made shorter for an hour.
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    how = settings(max_examples=examples, stateful_step_count=STEPS, deadline=None, suppress_health_check=checks, phases=phases)
    run_state_machine_as_test(machine, settings=how)


def test_no_order_of_acts_loses_a_customer_or_a_word(sqlite_template: Path, tmp_path: Path) -> None:
    def fresh() -> Database:
        file = tmp_path / f"{uuid.uuid4().hex}.db"
        shutil.copy(sqlite_template, file)
        return Database(f"sqlite:///{file}", cache_kib=2_000)

    run(fresh, EXAMPLES)


@pytest.fixture
def copies(postgres_server: str, postgres_template: str) -> Iterator[Callable[[], Database]]:
    """Workspaces of their own on the server, dropped at the end."""
    server, made = create_engine(postgres_server, isolation_level="AUTOCOMMIT"), list[str]()

    def fresh() -> Database:
        made.append(f"careline_{uuid.uuid4().hex[:12]}")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {made[-1]} TEMPLATE {postgres_template}"))
        return Database(make_url(postgres_server).set(database=made[-1]).render_as_string(hide_password=False))

    yield fresh
    with server.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.mark.postgres
def test_no_order_of_acts_loses_a_customer_or_a_word_on_postgresql(copies: Callable[[], Database]) -> None:
    run(copies, EXAMPLES // 2)
