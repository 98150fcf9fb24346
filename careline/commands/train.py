"""`careline train`: makes the model that classifies, from public data and this project's own mentions."""

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from careline.start import stop

Data = Annotated[
    Path, typer.Option("--data", help="The folder with the public data; docs/training.md names each file.", exists=True, file_okay=False)
]
Out = Annotated[Path, typer.Option("--out", help="Where the model's folder is written.")]


def train(
    data: Data,
    out: Out = Path("model"),
    *,
    seed: Annotated[
        int, typer.Option(help="The same seed on the same machine gives the same order of texts; others give other models.")
    ] = 1,
    threads: Annotated[int, typer.Option(help="Cores to use.")] = 2,
    languages: Annotated[
        str, typer.Option(help="Make a language pack for these instead of the English model, as in de,fr,es,pt,it.", show_default=False)
    ] = "",
    with_corrections: Annotated[
        Path | None, typer.Option(help="A file of `careline export --corrections`: what your team corrected.", exists=True, dir_okay=False)
    ] = None,
    version: Annotated[str, typer.Option(help="Stored with every triage.")] = "local",
) -> None:
    """Train the classifier. A run that was stopped goes on where it was. About 25 minutes on two quiet cores; needs the extra [train] and torch.

    Use the result with [classifier] engine = "onnx", model = "FOLDER"; a language pack with languages_model = "FOLDER".

    Example:  careline train --data data --out model --seed 1

    Example:  careline train --data data --out pack --languages de,fr,es,pt,it
    """
    for package in ("torch", "onnx", "onnxruntime", "sklearn"):
        if importlib.util.find_spec(package) is None:
            stop(f"careline train needs {package}: pip install 'careline[train,torch]'")
    from classifier.train import pack
    from classifier.train.fit import Recipe
    from classifier.train.run import Order, make
    from classifier.train.sets import MissingSet
    from classifier.train.shrink import Spoilt

    with _bar() as told:
        try:
            if languages:
                order = Order(data, out, version, replace(pack.RECIPE, seed=seed), with_corrections)
                made = pack.make(pack.PackOrder(order, pack.languages_of(languages)), threads=threads, say=_say, told=told)
            else:
                made = make(Order(data, out, version, Recipe(seed=seed), with_corrections), threads=threads, say=_say, told=told)
        except (MissingSet, Spoilt, pack.UnknownLanguage) as error:
            stop(str(error))
    for found in made.measured:
        typer.echo(f"{found.of}: {found.figure} {found.value:.3f} [{found.low:.3f}, {found.high:.3f}] n={found.n}")
    typer.echo(f"{made.folder} holds the model and MODEL_CARD.md")


def _say(words: str) -> None:
    typer.echo(words, err=True)


@contextmanager
def _bar() -> Iterator[Callable[[int, int, float], None]]:
    """Steps and the running loss, on standard error; where nobody watches, one line every 200 steps."""
    console = Console(stderr=True)
    columns = (TextColumn("training"), BarColumn(), MofNCompleteColumn(), TextColumn("loss {task.fields[loss]:.3f}"), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("training", total=None, loss=0.0)

        def told(step: int, steps: int, loss: float) -> None:
            bar.update(task, completed=step, total=steps, loss=loss)
            if not console.is_terminal and step % 200 == 0:
                _say(f"step {step:,} of {steps:,}, loss {loss:.3f}")

        yield told
