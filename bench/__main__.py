"""All measurements: `python -m bench [--only NAME] [--mentions N] [--keep FOLDER] [--into FILE]`. Figures are printed and written to bench/results.json."""

import argparse
import json
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import board, claims, classifier, erasure, feeds, ingest, parse, peer, query, queue, similar, team, trends
from bench.figures import Figure, facts, not_run
from bench.places import Places
from tests.support import postgres

ALL = (ingest, queue, trends, claims, board, team, classifier, similar, query, parse, feeds, erasure, peer)
PARTS: dict[str, ModuleType] = {part.PART: part for part in ALL}
RESULTS = Path(__file__).with_name("results.json")
OF_RUN = ("at", "load", "mentions")
"""What says of a figure from which run it is, where another one was written after it."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the chosen parts. The exit code is 1 only when one of them broke: a figure that falls short is reported, not hidden."""
    chosen = _arguments(words)
    with tempfile.TemporaryDirectory(prefix="careline-bench-") as folder, postgres.server() as server:
        places = Places(Path(folder), server, chosen.mentions, chosen.keep)
        with closing(places):
            print(postgres.describe())
            figures = list(_figures(places, chosen.only or list(PARTS)))
            _write(figures, places, chosen.into)
    short = [figure for figure in figures if figure.is_met is False]
    print(f"\n{len(figures)} figures, {len(short)} fall short; written to {chosen.into.name}")
    return int(any(figure.note.startswith("broke:") for figure in figures))


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(PARTS), help="one part; may be given several times")
    parser.add_argument("--mentions", type=int, default=1_000_000, help="how large the filled workspace is")
    parser.add_argument("--keep", type=Path, help="a folder in which filled workspaces stay for the next run")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the file that the figures are written to")
    return parser.parse_args(words)


def _figures(places: Places, names: Sequence[str]) -> Iterator[Figure]:
    for name in names:
        print(f"\n{name}: {(PARTS[name].__doc__ or '').splitlines()[0]}")
        try:
            for figure in PARTS[name].run(places):
                print(figure.line(), flush=True)
                yield figure
        except Exception as error:  # noqa: BLE001  one part that breaks must not hide the figures of the others
            figure = not_run(name, name, f"broke: {type(error).__name__}: {error}")
            print(figure.line(), file=sys.stderr)
            yield figure


def _write(figures: Sequence[Figure], places: Places, into: Path) -> None:
    """The parts that ran are written anew, with the run that they belong to where it is not this one; the others stay as they were."""
    filling = {"mentions": places.mentions, "seconds_of_filling": places.seconds_of_filling}
    run = {**facts(), **filling}
    fresh = [figure.as_dict() for figure in figures]
    kept = _kept(into, {figure.part for figure in figures})
    order = {name: number for number, name in enumerate(PARTS)}
    told = sorted([*kept, *fresh], key=lambda figure: order.get(figure["part"], len(order)))
    into.write_text(json.dumps({**run, "figures": told}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _kept(into: Path, but: Collection[str]) -> list[dict[str, Any]]:
    if not into.exists():
        return []
    before = json.loads(into.read_text(encoding="utf-8"))
    of_run = {name: before[name] for name in OF_RUN if name in before}
    return [{**of_run, **figure} for figure in before["figures"] if figure["part"] not in but]


if __name__ == "__main__":
    sys.exit(main())
