"""Where the time of a figure goes that falls short: cProfile's top lines, beside the results."""

import cProfile
import pstats
from collections.abc import Callable
from io import StringIO
from pathlib import Path

FOLDER = Path(__file__).parent / "profiles"
LINES = 45


def write(name: str, work: Callable[[], object]) -> str:
    """Run the work once under the profiler; returns the file with its most expensive functions, as it is named in the results."""
    profiler = cProfile.Profile()
    profiler.runcall(work)
    text = StringIO()
    statistics = pstats.Stats(profiler, stream=text).strip_dirs()
    statistics.sort_stats("cumulative").print_stats(LINES)
    statistics.sort_stats("tottime").print_stats(LINES)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.txt").write_text(text.getvalue(), encoding="utf-8")
    return f"bench/profiles/{name}.txt"
