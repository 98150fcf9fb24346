"""The code blocks of a page of the documents: files by the name that stands above them, commands by themselves.

As a program it stands in for pip where nothing may be fetched.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
FILE = re.compile(r"^`([\w./-]+)`:\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files(page: str) -> dict[str, str]:
    return dict(FILE.findall((DOCS / page).read_text(encoding="utf-8")))


def commands(page: str) -> str:
    return "".join(COMMANDS.findall((DOCS / page).read_text(encoding="utf-8")))


def install(package: Path, target: Path) -> None:
    """What pip does with a package of plain modules, without fetching the tools that build one: its modules, and what it says of itself."""
    told = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))
    project = told["project"]
    about = target / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir(parents=True, exist_ok=True)
    for module in told["tool"]["setuptools"]["py-modules"]:
        shutil.copy(package / f"{module}.py", target)
    groups = [
        f"[{group}]\n" + "".join(f"{name} = {place}\n" for name, place in points.items())
        for group, points in project["entry-points"].items()
    ]
    (about / "entry_points.txt").write_text("\n".join(groups), encoding="utf-8")
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8")


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def environment(home: Path, *, offline: bool) -> dict[str, str]:
    """Careline's own environment; what pip installs goes into a folder beside the page's files. `offline`: it fetches nothing."""
    pip, target = home / "programs" / "pip", home / "installed"
    pip.parent.mkdir(exist_ok=True)
    pip.write_text(f'#!/bin/sh\nexec "{sys.executable}" {__file__ if offline else "-m pip"} "$@" --target "{target}"\n', encoding="utf-8")
    pip.chmod(0o755)
    path = f"{pip.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    own = {"CARELINE_HOME": str(home / "data"), "CARELINE_SETTINGS": str(home / "settings.toml"), "PYTHONPATH": str(target), "PATH": path}
    return {**os.environ, **own, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_UPGRADE": "1"}


def run(told: str, home: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """These commands, one after the other; what the last one says."""
    command = ["bash", "-euo", "pipefail", "-c", told]
    ran = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=240)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    assert (sys.argv[1], sys.argv[3]) == ("install", "--target")
    install(Path(sys.argv[2]), Path(sys.argv[4]))
