"""The command line: `careline COMMAND`. Each command lies in careline/commands, one noun a file."""

from collections.abc import Callable, Mapping

import typer

from careline.commands import approve, archive, classify, connect, db, doctor, export, feeds, people, person, processes, train, up

EXIT_CODES = "Exit codes: 0 done, 1 it did not work, 2 the settings or the command line need a change."

app = typer.Typer(
    name="careline",
    help="Hears every customer who talks about a brand in public, and helps a care team answer the ones who need it.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


COMMANDS: Mapping[str, Callable[..., None]] = {
    "up": up.up,
    **processes.COMMANDS,
    "connect": connect.connect,
    "import": archive.import_,
    "export": export.export,
    "classify": classify.classify,
    "evaluate": classify.evaluate,
    "train": train.train,
    "approve-training": approve.approve_training,
    "doctor": doctor.doctor,
}
for name, function in COMMANDS.items():
    app.command(name, epilog=EXIT_CODES)(function)
app.add_typer(feeds.app, name="feeds")
app.add_typer(db.app, name="db")
app.add_typer(people.app, name="people")
app.add_typer(person.app, name="person")


def main() -> None:
    """The entry point of `careline` and of `python -m careline`."""
    app()
