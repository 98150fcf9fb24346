"""Deliveries by other programs: signed, taken once, stored before they are confirmed; everything else is refused with what to do."""

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from desk.feeds import feeds
from desk.intake import deliveries
from listener.public import LARGEST
from listener.source import Malformed
from listener.sources.webhook.parse import FIELDS, MOST_POSTS, read_delivery
from storage.database import Database
from storage.models import Coverage, Delivery, Feed, Mention, Reject
from storage.words import Capability
from tests.support.public import FEED, FORMER, SECRET, Outside, a_post, bridge, serving, settled

DOCS = Path(__file__).parents[2] / "docs" / "webhooks.md"


@pytest.fixture
def outside(database: Database) -> Iterator[Outside]:
    with database.write() as session:
        settled(session, database.now())
    with serving(database) as opened:
        yield opened


def count(database: Database, table: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_delivery_is_stored_when_it_is_confirmed(database: Database, outside: Outside) -> None:
    answer = outside.deliver(a_post(can_reply=True), a_post("17901", private=True, thread_id="t1"))
    assert (answer.status_code, answer.json()) == (200, {"stored": 2, "new": 2, "unreadable": []})
    with database.read() as session:
        first, second = session.scalars(select(Mention).order_by(Mention.id)).all()
        health = next(row for row in feeds.health(session, now=database.now()) if row.name == FEED)
    assert (first.source, first.site, first.external_id, first.capability) == ("webhook", "instagram", "17900", Capability.API)
    assert (second.is_private, second.capability) == (True, Capability.LINK)
    assert health.words.startswith("Filled by deliveries: the last one came")
    assert (health.since, health.new_24h) == (None, 2)


def test_a_post_that_comes_again_changes_and_one_that_is_gone_is_erased(database: Database, outside: Outside) -> None:
    outside.deliver(a_post())
    changed = outside.send(f"/in/{FEED}", {"version": 1, "post": a_post(text="It came!", edited_at="2026-11-20T12:30:00Z")})
    assert changed.json()["new"] == 0
    with database.read() as session:
        assert session.scalars(select(Mention.text)).all() == ["It came!"]
    outside.deliver({"id": "17900", "deleted": True})
    with database.read() as session:
        (mention,) = session.scalars(select(Mention)).all()
        assert (mention.text, mention.deleted_at is None) == ("", False)


def test_the_same_delivery_is_taken_once_also_by_another_process(database: Database, outside: Outside) -> None:
    headers = None
    body = json.dumps({"version": 1, "posts": [a_post()]}).encode()
    first = outside.send(f"/in/{FEED}", body)
    headers = {name: first.request.headers[name] for name in ("Careline-Timestamp", "Careline-Signature")}
    with serving(database) as restarted:
        again = restarted.send(f"/in/{FEED}", body, headers=headers)
    assert (again.status_code, "already" in again.json()["error"]) == (409, True)
    assert count(database, Delivery) == count(database, Mention) == count(database, Coverage) == 1


def test_a_new_signature_of_known_posts_stores_none_twice(database: Database, outside: Outside) -> None:
    outside.deliver(a_post())
    assert outside.deliver(a_post(), age=timedelta(minutes=1)).json() == {"stored": 1, "new": 0, "unreadable": []}
    assert count(database, Mention) == 1


@pytest.mark.parametrize(
    ("how", "status", "says"),
    [
        ({"secret": "x" * 20}, 401, "wrong signature"),
        ({"age": timedelta(minutes=6)}, 401, "5 minutes old"),
        ({"age": -timedelta(minutes=6)}, 401, "in the future"),
        ({"headers": {"Careline-Signature": "v1=" + "0" * 64}}, 401, "wrong signature"),
        ({"headers": {"Careline-Signature": ""}}, 401, "not signed"),
        ({"headers": {"Careline-Timestamp": "noon"}}, 401, "seconds since 1970"),
        ({"feed": "nobody"}, 404, "no feed of this name"),
        ({"feed": "forum"}, 404, "no feed of this name"),
        ({"feed": "other"}, 403, "no signing secret is set here"),
    ],
)
def test_a_forged_or_late_delivery_is_refused_with_what_to_do(
    database: Database, outside: Outside, how: dict[str, Any], status: int, says: str
) -> None:
    answer = outside.deliver(a_post(), **how)
    assert (answer.status_code, says in answer.json()["error"]) == (status, True)
    assert count(database, Mention) == count(database, Delivery) == 0


def test_a_body_that_was_changed_on_the_way_is_refused(outside: Outside) -> None:
    signed = outside.deliver(a_post()).request.headers
    headers = {name: signed[name] for name in ("Careline-Timestamp", "Careline-Signature")}
    assert outside.deliver(a_post(text="something else"), headers=headers).status_code == 401


def test_the_former_secret_opens_too(outside: Outside) -> None:
    assert outside.deliver(a_post(), secret=FORMER).status_code == 200


def test_a_secret_that_is_none_opens_nothing(database: Database, outside: Outside, caplog: pytest.LogCaptureFixture) -> None:
    del outside
    with serving(database, bridge(signing_secret="short")) as weak:
        answer = weak.deliver(a_post(), secret="short")
    assert (answer.status_code, "acme-hook" in answer.text) == (403, False)
    assert "the signing secret of credential 'acme-hook' is shorter than 16" in caplog.text


def test_a_paused_feed_takes_nothing(database: Database, outside: Outside) -> None:
    with database.write() as session:
        session.scalars(select(Feed).where(Feed.name == FEED)).one().enabled = False
    answer = outside.deliver(a_post())
    assert (answer.status_code, "paused" in answer.json()["error"]) == (409, True)
    assert count(database, Mention) == 0


def test_half_of_a_delivery_may_be_unreadable(database: Database, outside: Outside) -> None:
    bad = [a_post("2", posted_at="yesterday"), a_post("3", colour="red"), "text", a_post("5", author={}), {"text": "no id"}]
    answer = outside.deliver(a_post("1"), *bad, a_post("6"))
    told = answer.json()
    assert (answer.status_code, told["new"], len(told["unreadable"])) == (200, 2, 5)
    assert told["unreadable"][0] == "post 2: posted_at: expected an instant such as 2026-03-01T12:00:00Z, got 'yesterday'"
    assert (count(database, Mention), count(database, Reject)) == (2, 5)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"version": 2, "posts": []}',
        b'{"version": 1}',
        b'{"version": 1, "posts": {}}',
        b'{"version": 1, "posts": []}',
    ],
)
def test_what_is_no_delivery_is_refused_in_words(database: Database, outside: Outside, body: bytes) -> None:
    answer = outside.send(f"/in/{FEED}", body)
    assert (answer.status_code, len(answer.json()["error"]) > 20) == (422, True)
    assert count(database, Delivery) == 0


def test_more_posts_than_are_taken_at_once_are_refused(outside: Outside) -> None:
    answer = outside.deliver(*({"id": str(number), "deleted": True} for number in range(MOST_POSTS + 1)))
    assert (answer.status_code, f"at most {MOST_POSTS}" in answer.json()["error"]) == (422, True)


def test_a_body_that_is_too_large_is_not_read(database: Database, outside: Outside) -> None:
    answer = outside.send(f"/in/{FEED}", b" " * (LARGEST + 1))
    assert (answer.status_code, "larger than 1 MB" in answer.json()["error"]) == (413, True)
    assert count(database, Delivery) == 0


def test_a_body_that_is_too_large_is_cut_off_where_no_length_was_told(outside: Outside) -> None:
    host, port = outside.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as raw:
        raw.sendall(f"POST /in/{FEED} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for _ in range(2):
            raw.sendall(b"%x\r\n" % LARGEST + b" " * LARGEST + b"\r\n")
        assert b" 413 " in raw.recv(1000)


def test_so_many_a_minute_and_no_more(database: Database, outside: Outside) -> None:
    del outside
    with serving(database, per_minute=2) as limited:
        answers = [limited.deliver(a_post(str(number))) for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "60"
    assert count(database, Mention) == 2


def test_old_deliveries_are_forgotten_and_young_ones_kept(database: Database, outside: Outside) -> None:
    outside.deliver(a_post())
    with database.write() as session:
        assert deliveries.forget_old(session, now=database.now()) == 0
        assert deliveries.forget_old(session, now=database.now() + timedelta(days=2)) == 1


def test_nothing_else_is_served(outside: Outside) -> None:
    import httpx

    assert httpx.get(f"{outside.url}/healthz").json() == {"ok": True}
    assert httpx.get(f"{outside.url}/").status_code == 404
    assert httpx.get(f"{outside.url}/in/{FEED}").status_code == 405


def test_the_example_of_the_documents_works_as_it_stands(database: Database, outside: Outside) -> None:
    (example,) = re.findall(r"```sh\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    environment = {**os.environ, "CARELINE_PUBLIC": outside.url, "CARELINE_ACME_HOOK_SIGNING_SECRET": SECRET}
    done = subprocess.run(["bash", "-euc", example], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"stored": 1, "new": 1, "unreadable": []}), done.stderr
    assert count(database, Mention) == 1


def test_every_field_is_documented() -> None:
    documented = DOCS.read_text(encoding="utf-8").split("A post has", 1)[1].split("A post that cannot", 1)[0]
    rows = "".join(re.findall(r"^\| (`.*?) \|", documented, re.MULTILINE))
    assert set(re.findall(r"`([a-z_]+)`", rows)) == set(FIELDS)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(FIELDS), inner),
    )
)
def test_whatever_is_sent_each_item_is_a_post_or_is_kept(item: Any) -> None:
    good = a_post("good")
    found = read_delivery(json.dumps({"version": 1, "posts": [item, good]}).encode(), site="s")
    assert len(found.posts) + len(found.rejects) == 2
    assert found.posts[-1].external_id == "good"


@given(st.binary(max_size=200))
def test_no_body_is_a_crash(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_delivery(body, site="s")
