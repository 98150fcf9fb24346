"""Raw payloads come back as they were, with and without a dictionary, also after a newer one."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from storage import raw
from storage.database import Database
from storage.models import MentionRaw
from tests.support.listening import NOON, listening, mention, poll, post

PAYLOADS: list[dict[str, Any]] = [
    {"id": "1", "text": "Wörter 👩🏽‍🚒", "n": 10**18, "deep": {"list": [1, None, True, 0.5]}},
    {"lone": "\ud800", "nul": "\x00"},
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_survives(sqlite_database: Database, payload: dict[str, Any]) -> None:
    with sqlite_database.write() as session:
        listening(session)
        poll(session, post("1", raw=payload))
        assert raw.unpack(session, mention(session).id) == payload


def test_what_is_no_plain_json_is_written_as_text(sqlite_database: Database) -> None:
    odd = MappingProxyType({"at": datetime(2026, 1, 2, tzinfo=UTC), "inner": MappingProxyType({"a": 1}), "kind": ValueError("x")})
    with sqlite_database.write() as session:
        listening(session)
        poll(session, post("1", raw=odd))
        stored = raw.unpack(session, mention(session).id) or {}
        assert (stored["inner"], stored["kind"], stored["at"][:10]) == ({"a": 1}, "x", "2026-01-02")


def test_a_trained_dictionary_makes_payloads_smaller_and_older_ones_stay_readable(database: Database) -> None:
    def payload(number: int) -> dict[str, Any]:
        words = {"lang": "en", "source": "web", "entities": {"urls": [], "mentions": [{"username": "acme"}]}}
        return {"id": str(10**17 + number), "author": {"id": str(number * 7), "verified": False}, **words}

    with database.write() as session:
        listening(session)
        for start in range(0, raw.FEWEST_SAMPLES, 100):
            poll(session, *[post(str(n), raw=payload(n)) for n in range(start, start + 100)])
        assert raw.trained(raw.samples(session, 10)) is None
        body = raw.trained(raw.samples(session, 1000))
        assert body is not None
        number = raw.keep_dictionary(session, body, now=NOON)
        poll(session, post("new", raw=payload(999)))
        old, new = mention(session, "5"), mention(session, "new")
        assert (raw.unpack(session, old.id), raw.unpack(session, new.id)) == (payload(5), payload(999))
        first, second = session.get_one(MentionRaw, old.id), session.get_one(MentionRaw, new.id)
        assert (first.dictionary, second.dictionary) == (raw.NONE, number)
        assert len(second.body) < len(first.body)


def test_what_was_never_kept_is_none(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        assert raw.unpack(session, 1) is None


def test_a_dictionary_is_learnt_once_there_is_enough(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "ENOUGH", raw.FEWEST_SAMPLES)
    with sqlite_database.write() as session:
        listening(session)
        poll(session, *[post(str(n), raw={"id": n, "text": f"parcel {n * 7919}", "lang": "en"}) for n in range(raw.FEWEST_SAMPLES - 1)])
    assert not raw.train_due(sqlite_database, now=NOON)
    with sqlite_database.write() as session:
        poll(session, post("last", raw={"id": "last"}))
    assert raw.train_due(sqlite_database, now=NOON)
    assert not raw.train_due(sqlite_database, now=NOON + raw.LASTS - timedelta(days=1))
    assert raw.train_due(sqlite_database, now=NOON + raw.LASTS)
