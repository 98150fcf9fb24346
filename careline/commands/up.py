"""`careline up`: the whole workspace in one command."""

import logging
import threading
import time
from contextlib import suppress

import typer

from careline import layers, supervise
from careline.erasure_journal import Journal
from careline.forgetting import forget_again
from careline.lifeline import stop_event
from careline.running import AlreadyRunning, PortTaken, alone, check_port
from careline.sample.seed import seed_once
from careline.settings import Settings
from careline.start import Start, free_bytes, log_to_stderr, start, stop
from careline.workspace import chosen, secret_key
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import upgrade

log = logging.getLogger(__name__)

CHILDREN = ("board", "listen", "triage", "deliver")
LEAST_FREE_BYTES = 200 * 2**20


def up() -> None:
    """Run everything: listening, triage, delivery and the board, and the public app where [public] is switched on. Prints the board's address; Ctrl+C ends it all.

    Without feeds in settings.toml it opens the sample workspace, which needs no key and no network. A second `up`
    of the same data folder prints the address of the one that runs.

    Example:  CARELINE_PORT=8600 careline up
    """
    log_to_stderr()
    begun = start()
    url = board_url(begun.settings)
    try:
        with alone(begun.workspace.home, url):
            check_port(begun.settings.board.host, begun.settings.port or begun.settings.board.port)
            _run(begun.settings, url)
    except AlreadyRunning as running:
        typer.echo("Careline runs already:")
        typer.echo(running.url)
    except PortTaken as taken:
        stop(str(taken))
    except OSError as error:
        stop(f"{begun.workspace.home}: {error.strerror}. Set CARELINE_HOME to a folder that this user may write")


def board_url(settings: Settings) -> str:
    host = settings.board.host
    shown = "127.0.0.1" if host in {"0.0.0.0", "::", "localhost"} else host  # noqa: S104  compared, not bound
    return f"http://{shown}:{settings.port or settings.board.port}"


def children(settings: Settings) -> tuple[str, ...]:
    """The processes that are run."""
    return (*CHILDREN, "public") if settings.public.enabled else CHILDREN


def _run(settings: Settings, url: str) -> None:
    """Supervise until told to end; begin again when the board switched to another workspace."""
    stopping = stop_event()
    secret_key(settings)
    while not stopping.is_set():
        begun = Start(settings, chosen(settings))
        prepare(begun)
        typer.echo(f"Careline serves the {begun.workspace.name} workspace, data in {begun.workspace.home}. The board:")
        typer.echo(url)
        switched = _supervise(begun, stopping)
        if not switched:
            return


def prepare(begun: Start) -> None:
    """The data folder, the schema, the plan of settings.toml, and the sample's month where it belongs. Safe to repeat."""
    if free_bytes(begun.workspace) < LEAST_FREE_BYTES:
        stop(f"the disk of {begun.workspace.home} is nearly full: Careline needs at least 200 MB to start. Free some, or set CARELINE_HOME")
    try:
        database = Database(begun.workspace.database_url)
        if upgrade(database):
            log.info("schema brought to this version")
        _settle(begun, database)
        forget_again(database, Journal.of(begun.workspace), layers.desk_settings(begun.settings))
        database.close()
    except StorageError as error:
        stop(str(error))


def _settle(begun: Start, database: Database) -> None:
    from desk.feeds import feeds, health

    if begun.workspace.is_sample:
        seed_once(database, layers.desk_settings(begun.settings), layers.classifier_settings(begun.settings))
        return
    with database.write() as session:
        now = database.now()
        feeds.sync(session, layers.workspace_plan(begun.settings), now=now)
        health.record_own_downtime(session, now=now)


def _supervise(begun: Start, stopping: threading.Event) -> bool:
    """Keep the children running. True when the chosen workspace changed meanwhile."""
    ending = threading.Event()
    keeper = supervise.Supervisor({name: supervise.child_command(name) for name in children(begun.settings)}, _teller(begun), ending)
    worker = threading.Thread(target=keeper.run, name="supervisor")
    worker.start()
    try:
        while worker.is_alive() and not stopping.is_set() and chosen(begun.settings) == begun.workspace:
            time.sleep(0.3)
    finally:
        ending.set()
        worker.join()
    return not stopping.is_set() and chosen(begun.settings) != begun.workspace


def _teller(begun: Start) -> supervise.Tell:
    from listener.tell import tell_now

    def tell(message: str) -> None:
        with suppress(OSError):
            tell_now(layers.listener_settings(begun.settings), f"Careline: {message}")

    return tell
