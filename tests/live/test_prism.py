"""Every request that the X and Discourse sources send, judged by the platforms' own OpenAPI documents.

The tests of these sources run once more with the unmodified clients against platforms on loopback, and what arrived there goes to Prism.
"""

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.live.servers.prism import Prism
from tests.support.replay import Seen

pytestmark = pytest.mark.live

TESTS = Path(__file__).parents[1]
SOURCES = re.compile(r"listener\.sources\.(x|discourse)\.|x_platform|discourse_platform|X_APP|X_ACCOUNT")
RENAMED = re.compile(r"[?&]post\.fields=")
"""X's names of fields before and after its renaming: each has a document of its own."""

UNDESCRIBED = re.compile(r"POST /2/oauth2/token|GET /posts/\d+/replies\.json\?after=\d+|GET /posts/acmecare/pending\.json")
"""What no OpenAPI document has: X describes its tokens on a page of its own, Discourse has `after` and the list of what waits for a moderator
in its routes alone (config/routes.rb, PostsController#replies and #pending)."""

OF_X = {
    "GET /2/tweets/search/recent",
    "GET /2/users/#/mentions",
    "GET /2/users/#/tweets",
    "GET /2/users",
    "GET /2/users/me",
    "GET /2/users/by/username/northwind",
    "GET /2/dm_events",
    "GET /2/dm_conversations/#/dm_events",
    "POST /2/dm_conversations/#/messages",
    "POST /2/media/upload",
    "POST /2/media/metadata",
    "GET /2/tweets",
    "GET /2/tweets/counts/recent",
    "POST /2/tweets",
    "DELETE /2/tweets/#",
}
OF_DISCOURSE = {
    "GET /posts.json",
    "GET /search.json",
    "GET /posts/#.json",
    "POST /posts.json",
    "PUT /posts/#.json",
    "DELETE /posts/#.json",
}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Seen]]:
    """Each request once, with a test that made it. Whether these tests pass is not asked here."""
    folder = tmp_path_factory.mktemp("sent")
    asking = [found for folder in ("listener", "e2e") for found in (TESTS / folder).glob("test_*.py") if SOURCES.search(found.read_text())]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "-p",
        "tests.live.remembering",
        "-m",
        "not postgres",
        *map(str, sorted(asking)),
    ]
    ran = subprocess.run(
        command,
        cwd=TESTS.parent,
        env={**os.environ, "CARELINE_REMEMBER": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}, ran.stdout[-3000:]
    lines = (line for file in sorted(folder.iterdir()) for line in file.read_text().splitlines())
    return list(_distinct(map(json.loads, lines)))


def _distinct(kept: Iterable[dict[str, Any]]) -> Iterable[tuple[str, Seen]]:
    known = set()
    for one in kept:
        key = (one["method"], one["target"], one["body"])
        if key not in known:
            known.add(key)
            yield one["test"], Seen(one["method"], "", {}, base64.b64decode(one["body"]), one["headers"], one["target"])


def judge(prism: Prism, sent: list[tuple[str, Seen]]) -> None:
    """Fails with all that is wrong, a line each."""
    described = [(test, seen) for test, seen in sent if not UNDESCRIBED.fullmatch(f"{seen.method} {seen.target}")]
    found = [f"{fault}\n    {seen.method} {seen.target}\n    {test}" for test, seen in described for fault in prism.faults(seen)]
    if found:
        pytest.fail(f"{len(found)} requests are not as the document says:\n" + "\n".join(found), pytrace=False)


def routes(sent: list[tuple[str, Seen]]) -> set[str]:
    return {f"{seen.method} {re.sub(r'(?<=[a-z]/)[0-9]+(-[0-9]+)?(?=[/.]|$)', '#', seen.target.partition('?')[0])}" for _, seen in sent}


def test_x_is_asked_as_its_document_says(prism_x: Prism, sent: list[tuple[str, Seen]]) -> None:
    asked = [(test, seen) for test, seen in sent if seen.target.startswith("/2/") and not RENAMED.search(seen.target)]
    assert OF_X - routes(asked) == set()
    judge(prism_x, asked)


def test_x_is_asked_by_its_new_names_as_its_newer_document_says(prism_x_renamed: Prism, sent: list[tuple[str, Seen]]) -> None:
    asked = [(test, seen) for test, seen in sent if RENAMED.search(seen.target)]
    assert "GET /2/tweets/search/recent" in routes(asked)
    judge(prism_x_renamed, asked)


def test_discourse_is_asked_as_its_document_says(prism_discourse: Prism, sent: list[tuple[str, Seen]]) -> None:
    asked = [(test, seen) for test, seen in sent if "discourse" in test]
    assert OF_DISCOURSE - routes(asked) == set()
    judge(prism_discourse, asked)


def test_what_is_not_as_the_document_says_is_seen(prism_x: Prism) -> None:
    headers = {"authorization": "Bearer a", "content-type": "application/json"}
    few = Seen("GET", "", {}, b"", headers, "/2/tweets/search/recent?query=acme&max_results=5")
    unknown = Seen("GET", "", {}, b"", headers, "/2/tweets/search/recent?query=acme&newest=1")
    elsewhere = Seen("GET", "", {}, b"", headers, "/2/tweets/search/today")
    misspelt = Seen("POST", "", {}, b'{"text": "a", "reply": {"to": "1"}}', headers, "/2/tweets")
    assert [bool(prism_x.faults(seen)) for seen in (few, unknown, elsewhere, misspelt)] == [True] * 4
