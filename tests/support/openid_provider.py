"""A real OpenID provider on loopback: npm's oidc-provider, installed once into the folder of this Python environment."""

import fcntl
import hashlib
import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

HERE = Path(__file__).parent / "openid"
FORM = re.compile(r'<form[^>]*action="([^"]+)"[^>]*method="post"[^>]*>(.*?)</form>', re.DOTALL | re.IGNORECASE)
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', re.IGNORECASE)
CLIENT_ID, CLIENT_SECRET = "careline", "a secret of the test client"
MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Provider:
    """The running provider; `accounts` is the file in which it looks up who somebody is."""

    issuer: str
    accounts: Path

    def knows(self, **accounts: Mapping[str, Any]) -> None:
        """These are all who can sign in, by login name, each with their claims."""
        self.accounts.write_text(json.dumps(accounts), encoding="utf-8")


def packages() -> Path | None:
    """The folder with the provider's packages, installed where it is missing; None without node and npm, or without a registry."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    lock = (HERE / "package-lock.json").read_bytes()
    folder = Path(sys.prefix) / f"openid-{hashlib.sha256(lock).hexdigest()[:12]}"
    with (Path(sys.prefix) / "openid.lock").open("w") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            _install(npm, folder)
    return folder if (folder / "done").exists() else None


def _install(npm: str, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=folder, check=False, timeout=300).returncode == 0:
        (folder / "done").touch()


@contextmanager
def running(folder: Path, accounts: Path, board: str) -> Iterator[Provider]:
    """The provider, for a board at this address, until the block ends."""
    accounts.write_text("{}", encoding="utf-8")
    command = ["node", str(HERE / "server.mjs"), str(folder), str(accounts), board]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            issuer = next(line.strip() for line in process.stdout if line.startswith("http://"))
            yield Provider(issuer, accounts)
        finally:
            process.stdin.close()
            process.wait(30)


def log_in(browser: httpx.Client, url: str, login: str, *, until: str) -> str:
    """Walk from the provider's address through its own forms; returns the address, beginning with `until`, to which it sends the browser."""
    answer = browser.get(url)
    for _ in range(MOST_STEPS):
        if answer.is_redirect:
            place = urljoin(str(answer.request.url), answer.headers["location"])
            if place.startswith(until):
                return place
            answer = browser.get(place)
            continue
        found = FORM.search(answer.text)
        assert found, answer.text[:2000]
        fields = {name: html.unescape(value) for name, value in HIDDEN.findall(found.group(2))}
        answer = browser.post(
            urljoin(str(answer.request.url), html.unescape(found.group(1))), data={**fields, "login": login, "password": "any"}
        )
    raise AssertionError(f"the provider's forms did not end: {answer.url}")


if __name__ == "__main__":
    found = packages()
    print(f"OpenID provider: {found}" if found else "OpenID provider: npm could not install it, its tests are skipped")  # noqa: T201
    sys.exit(0 if found else 1)
