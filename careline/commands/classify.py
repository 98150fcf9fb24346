"""`careline classify` and `careline evaluate`: the classifier on a file, without a database."""

import errno
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from careline import layers
from careline.start import start, stop
from classifier.commands import classify_file, evaluate_file
from classifier.engine import Engine, EngineError
from classifier.registry import load_engine

File = Annotated[Path, typer.Argument(help="JSON Lines; rows hold `text`.", exists=True, dir_okay=False, readable=True)]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for a program.")]


def classify(file: File, *, as_json: AsJson = False) -> None:
    """Classify every line of a file, in order. A line that cannot be read gives an error in its place.

    Example:  careline classify mentions.jsonl --json > verdicts.jsonl
    """
    with _failing_clearly(), progress_bar("classified", _lines(file)) as advance:
        for line in classify_file(file, _engine(), advance):
            typer.echo(json.dumps(line) if as_json else _in_words(line))


def evaluate(file: File, *, as_json: AsJson = False) -> None:
    """Compare the classifier with a labelled file: accuracy, F1, recall, calibration, each label and class.

    Rows hold `text` and any of sentiment, intent, needs_reply, urgency, abusive, language, or complaint, suggestion, spam as booleans.
    Macro figures are means over the classes that the rows hold; one that was only answered is listed with n = 0 and counts in none.

    Example:  careline evaluate labelled.jsonl --json
    """
    with _failing_clearly():
        with progress_bar("evaluated", _lines(file)) as advance:
            result = evaluate_file(file, _engine(), advance)
        if as_json:
            # In ASCII alone: a key may hold half of a surrogate pair, which no output takes.
            typer.echo(json.dumps(result))
        else:
            _print_figures(result)


@contextmanager
def progress_bar(words: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, drawn only for a person; what is yielded advances it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.completed:.0f}"), TextColumn(words), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(words, total=total)
        yield lambda steps: bar.advance(task, steps)


@contextmanager
def _failing_clearly() -> Iterator[None]:
    try:
        yield
    except EngineError as error:
        stop(str(error))
    except OSError as error:
        if error.errno == errno.EPIPE:  # whoever reads has enough: typer ends without a word
            raise
        stop(f"the file cannot be read, or what comes of it not be written: {error.strerror}")


def _engine() -> Engine:
    return load_engine(layers.classifier_settings(start().settings))


def _lines(file: Path) -> int | None:
    """How many there are; None of what can be read only once, such as a pipe."""
    if not file.is_file():
        return None
    with file.open("rb") as opened:
        return sum(1 for _ in opened)


def _in_words(line: dict[str, Any]) -> str:
    if "error" in line:
        return f"error: {line['error']}"
    return "  ".join(f"{name}={answer['label']} ({answer['confidence']:.2f})" for name, answer in line.items())


def _print_figures(result: dict[str, Any]) -> None:
    table = Table("label", "class", "n", "accuracy", "macro F1", "macro recall", "ECE", "precision", "recall", "F1")
    for label, figures in result["labels"].items():
        totals = [f"{figures[name]:.3f}" for name in ("accuracy", "macro_f1", "macro_recall", "ece")]
        table.add_row(label, "all", str(figures["n"]), *totals, "", "", "")
        for name, row in figures["classes"].items():
            table.add_row("", str(name), str(row["n"]), "", "", "", "", *(f"{row[k]:.3f}" for k in ("precision", "recall", "f1")))
    Console().print(table)
    typer.echo(", ".join(f"{name}: {value}" for name, value in result.items() if name != "labels"))
