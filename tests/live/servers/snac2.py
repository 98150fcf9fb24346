"""snac2, a small server that speaks Mastodon's API (Debian trixie, in a root of its own). It has no DELETE and ignores Idempotency-Key."""

import os
import re
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.live.servers.box import Box, NotRun, free_port

DATA = "srv/snac"


@dataclass(frozen=True, slots=True)
class Snac2:
    """A running server: the tokens of two of its accounts, care and ada."""

    url: str
    care: str
    ada: str


def boot(box: Box, stack: ExitStack) -> Snac2:
    """The server that the environment names, or one with two accounts. Raises NotRun."""
    given = [os.environ.get(f"CARELINE_LIVE_MASTODON{name}", "") for name in ("", "_CARE", "_CUSTOMER")]
    if all(given):
        return Snac2(*given)
    if os.geteuid() != 0:
        raise NotRun("it needs root, for a Debian of its own")
    box.debian("debootstrap", there=("debootstrap",))

    def install(folder: Path) -> None:
        box.run("debootstrap", "--variant=minbase", "--include=snac2,ca-certificates", "trixie", folder / "root")

    root, port = box.installed("snac2-trixie", install) / "root", free_port()
    shutil.rmtree(root / DATA, ignore_errors=True)
    box.run("chroot", root, "snac", "init", f"/{DATA}", told=f"127.0.0.1\n{port}\n127.0.0.1:{port}\n\n\n")
    settings = root / DATA / "server.json"
    settings.write_text(re.sub(r'"protocol": *"https"', '"protocol": "http"', settings.read_text()), encoding="utf-8")
    passwords = {name: _added(box, root, name) for name in ("care", "ada")}
    url = f"http://127.0.0.1:{port}"
    process = stack.enter_context(box.running("chroot", root, "snac", "httpd", f"/{DATA}"))
    box.answered(process, f"{url}/api/v1/instance")
    return Snac2(url, **{name: _token(url, name, password) for name, password in passwords.items()})


def _added(box: Box, root: Path, name: str) -> str:
    said = box.run("sh", "-c", 'chroot "$0" snac adduser "$1" "$2" </dev/null 2>&1', root, f"/{DATA}", name)
    found = re.search(r"^User password is (\S+)", said, re.MULTILINE)
    if found is None:
        raise NotRun(f"snac2 gave no password for {name}: {said[-200:]}")
    return found[1]


def _token(url: str, name: str, password: str) -> str:
    given = httpx.post(f"{url}/oauth/x-snac-get-token", data={"login": name, "passwd": password}, timeout=10)
    found = re.search(r"[0-9a-f]{24,}", given.text)
    if found is None:
        raise NotRun(f"snac2 gave no token for {name}")
    return found[0]
