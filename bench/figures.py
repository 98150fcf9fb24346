"""A measured figure beside what it is measured against, how it is printed, and what it says of the machine it was measured on."""

import os
import platform
import sqlite3
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

VERSIONED = ("sqlalchemy", "psycopg", "streamlit", "uvicorn", "zstandard", "vaderSentiment", "apscheduler", "playwright")


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should reach: at least (`>=`) or at most (`<=`) the limit."""

    sense: str
    limit: float

    def is_met(self, value: float) -> bool:
        return value >= self.limit if self.sense == ">=" else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.sense == '>=' else '≤'} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `beside` holds its floor, its peer or its spread, from the same run; `samples` is how many measurements it sums up.

    `value` is None when the measurement was not possible: `note` says why.
    """

    part: str
    name: str
    value: float | None
    unit: str
    samples: int = 1
    target: Target | None = None
    beside: Mapping[str, float | str] = field(default_factory=dict)
    note: str = ""
    profile: str = ""

    @property
    def is_met(self) -> bool | None:
        if self.target is None or self.value is None:
            return None
        return self.target.is_met(self.value)

    def as_dict(self) -> dict[str, Any]:
        told = asdict(self)
        told["target"] = str(self.target) if self.target else None
        return {**told, "met": self.is_met}

    def line(self) -> str:
        value = "NOT RUN" if self.value is None else f"{_short(self.value)} {self.unit}"
        beside = ", ".join(f"{name} {_short(other) if isinstance(other, float) else other}" for name, other in self.beside.items())
        parts = [f"  {self.name:<58} {value:>16}", f"n={self.samples}", beside, self._verdict(), self.note]
        return "   ".join(part for part in parts if part)

    def _verdict(self) -> str:
        if self.target is None or self.is_met is None:
            return ""
        profile = f" → {self.profile}" if self.profile else ""
        return f"target {self.target}: {'met' if self.is_met else 'FALLS SHORT'}{profile}"


def not_run(part: str, name: str, reason: str) -> Figure:
    """A figure that could not be measured here."""
    return Figure(part=part, name=name, value=None, unit="", samples=0, note=reason)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Sequence[float]) -> dict[str, float]:
    """The usual percentiles, for `beside`."""
    return {"p50": statistics.median(values), "p95": percentile(values, 0.95), "max": max(values)}


def facts() -> dict[str, Any]:
    """The machine, the versions and the moment that the figures belong to."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "memory_mb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "load": [round(value, 2) for value in os.getloadavg()],
        "versions": {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, **_versions()},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor())


def _versions() -> dict[str, str]:
    found = {}
    for name in VERSIONED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def _short(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
