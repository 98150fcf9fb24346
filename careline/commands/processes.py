"""`careline listen | triage | deliver | board | public`: one process of the workspace, as `up` starts them or a service manager does."""

import threading
from collections.abc import Callable, Mapping

from careline import layers, lifeline, processes, workspace
from careline.start import log_to_stderr, start


def listen() -> None:
    """Poll the feeds that are due, sweep, do the board's errands, tell whom alerts concern. Runs until it is stopped.

    Example:  careline listen
    """
    log_to_stderr()
    processes.run(start(), "listen", processes.listen)


def triage() -> None:
    """Classify the mentions that wait. Runs until it is stopped.

    Example:  careline triage
    """
    log_to_stderr()
    processes.run(start(), "triage", processes.triage)


def deliver() -> None:
    """Send the replies that are due. Runs until it is stopped.

    Example:  careline deliver
    """
    log_to_stderr()
    processes.run(start(), "deliver", processes.deliver)


def public() -> None:
    """Serve the public app: deliveries of other programs, and receipts of bridges. Its address stands in settings.toml under [public].

    Example:  careline public
    """
    log_to_stderr()
    processes.public(start())


def board() -> None:
    """Serve the board. Runs until it is stopped; the address stands in settings.toml under [board].

    Example:  CARELINE_PORT=8600 careline board
    """
    from dashboard.server import serve
    from dashboard.settings import BoardSettings

    log_to_stderr()
    begun = start()
    settings = begun.settings
    lifeline.watch_supervisor(threading.Event())
    serve(
        BoardSettings(
            host=settings.board.host,
            port=settings.port or settings.board.port,
            allowed_hosts=settings.board.allowed_hosts,
            cookie_secret=workspace.secret_key(settings),
            database_url=begun.workspace.database_url,
            home=begun.workspace.home,
            is_sample=begun.workspace.is_sample,
            desk=layers.desk_settings(settings),
            feeds_editable=not begun.workspace.is_sample,
            credentials=() if begun.workspace.is_sample else layers.credential_views(settings),
            sign_in=layers.sign_in_settings(settings),
            language=settings.workspace.language,
            practice_url="" if begun.workspace.is_sample else settings.practice.url or "",
        )
    )


COMMANDS: Mapping[str, Callable[[], None]] = {"listen": listen, "triage": triage, "deliver": deliver, "board": board, "public": public}
