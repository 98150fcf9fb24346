"""Asking again for posts over a server that fails at random: what stands there stays, what was deleted goes, and nothing is there twice."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from desk.settings import DeskSettings
from listener.recheck import Rechecker
from listener.registry import Registry
from listener.settings import CredentialSettings, ListenerSettings
from storage.models import Credential, Mention
from tests.faults.polls import HASTE, PATIENCE, Run, begun, fresh, poller, settle
from tests.support.fault_server import CALM, Mood
from tests.support.worlds import World
from tests.support.worlds.boards import DiscoursePosts
from tests.support.worlds.stores import AppStoreReviews

LIES = frozenset({"404", "404 with nothing", "410", "403", "403 with a list", "403 with a web page", "401", "401 with a web page"})
"""Of a post that is asked for by its id these say that it is gone, or that nobody may see it: there is nothing to know better by."""

ROUNDS = 6


def rechecker(run: Run, timeout: timedelta) -> Rechecker:
    main = CredentialSettings("main", run.world.source, dict(run.world.secrets), run.server.url, allow_loopback=True)
    settings = ListenerSettings({"main": main}, timeout=timeout)
    return Rechecker(run.database, settings, DeskSettings(), Registry(settings))


def ask_again(run: Run, asking: Rechecker, mood: Mood) -> None:
    """Every post that stands here, however long the platform asked us to wait."""
    run.server.begin(mood)
    with run.database.write() as session:
        session.execute(update(Credential).values(available_at=None))
        session.execute(update(Mention).where(Mention.deleted_at.is_(None)).values(recheck_at=run.database.now()))
    while asking.recheck_due():
        asking.drain()
    run.story.append(f"{mood}: {[(call.path, call.faults) for call in run.server.calls]}")


def standing(run: Run) -> dict[str, str]:
    with run.database.read() as session:
        return {
            row.external_id: row.text
            for row in session.execute(select(Mention.external_id, Mention.text).where(Mention.deleted_at.is_(None)))
        }


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("world", [DiscoursePosts, AppStoreReviews])
def test_nothing_is_lost_or_doubled_by_asking_again(seed: int, world: type[World], sqlite_template: Path, tmp_path: Path) -> None:
    with begun(seed, fresh(sqlite_template, tmp_path, seed), world=world) as run:
        for _ in range(8):
            run.world.add()
        settle(run, poller(run, PATIENCE))
        assert len(standing(run)) == len(run.world.things)
        hasty = rechecker(run, HASTE)
        for _ in range(ROUNDS):
            number = run.server.rng.choice(sorted(run.world.things))
            if run.server.rng.random() < 0.5 and len(run.world.things) > 3:
                run.world.delete(number)
            else:
                run.world.edit(number)
            ask_again(run, hasty, Mood(chance=0.3, but=LIES))
            here = standing(run)
            assert {run.world.id_of(thing) for thing in run.world.things.values()} <= here.keys(), "\n".join(run.story)
        ask_again(run, rechecker(run, PATIENCE), CALM)
        here = standing(run)
        assert here.keys() == {run.world.id_of(thing) for thing in run.world.things.values()}, "\n".join(run.story)
        assert all(thing.text in here[run.world.id_of(thing)] for thing in run.world.things.values())
