"""Archive files: documented columns, every row read or kept with its line, safe to read again."""

import csv
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from desk.feeds import feeds
from desk.feeds.plan import BrandPlan, FeedDraft, WorkspacePlan
from desk.intake import ingest
from desk.post import FeedSpec, Post, Unreadable
from desk.settings import DeskSettings
from listener.settings import ListenerSettings
from listener.source import Malformed, Refused
from listener.sources.archive import row as archive_row
from listener.sources.archive.source import CHUNK, ArchiveSource, read
from storage.database import Database
from storage.models import Feed, Mention, Reject
from storage.words import Capability

FULL = {
    "id": "7",
    "text": "It leaks",
    "posted_at": "2026-03-01T12:00:00Z",
    "author": "@bob",
    "author_id": "u7",
    "author_name": "Bob B",
    "reach": 1200,
    "title": "Kettle",
    "url": "https://old.example/7",
    "kind": "review",
    "language": "en",
    "thread_id": "6",
    "parent_id": "6",
    "site": "old.example",
    "edited_at": "2026-03-01T13:00:00Z",
}
SHORT = {"text": "It leaks", "posted_at": "2026-03-01T12:00:00Z"}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def written(folder: Path, text: str | bytes, name: str = "old.jsonl") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def everything(file: Path) -> tuple[list[Post], list[Unreadable]]:
    chunks = list(read(file))
    return [post for chunk in chunks for post in chunk.posts], [reject for chunk in chunks for reject in chunk.rejects]


def test_every_column_reaches_the_post(tmp_path: Path) -> None:
    (post,), rejects = everything(written(tmp_path, lines(FULL)))
    assert rejects == []
    assert (post.external_id, post.text, post.title, post.url, post.kind, post.language) == (
        "7",
        "It leaks",
        "Kettle",
        "https://old.example/7",
        "review",
        "en",
    )
    assert (post.author.external_id, post.author.handle, post.author.name, post.author.reach) == ("u7", "bob", "Bob B", 1200)
    assert (post.thread_id, post.parent_id, post.site, post.posted_at) == ("6", "6", "old.example", NOON)
    assert (post.edited_at, post.capability) == (NOON.replace(hour=13), Capability.LINK)


def test_the_columns_that_are_read_are_the_documented_ones() -> None:
    documented = set(re.findall(r"`([a-z_]+)`", "\n".join(re.findall(r"^\| (`.*?) \|", archive_row.__doc__ or "", re.MULTILINE))))
    assert documented == set(archive_row.COLUMNS) == set(FULL)


def test_csv_and_json_lines_give_the_same_posts(tmp_path: Path) -> None:
    header = ",".join(FULL)
    values = ",".join(f'"{value}"' for value in FULL.values())
    from_csv, _ = everything(written(tmp_path, f"{header}\n{values}\n", "old.csv"))
    from_json, _ = everything(written(tmp_path, lines(FULL)))
    assert [repr(p).partition("raw=")[0] for p in from_csv] == [repr(p).partition("raw=")[0] for p in from_json]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_delimiter_is_the_one_that_the_header_uses(tmp_path: Path, delimiter: str, mark: str) -> None:
    text = f'{mark}Posted_At{delimiter} text\n2026-03-01T12:00:00Z{delimiter}"a, b; c | d"\n'
    (post,), _ = everything(written(tmp_path, text, "old.csv"))
    assert (post.text, post.posted_at) == ("a, b; c | d", NOON)


@pytest.mark.parametrize(
    "instant",
    [
        "2026-03-01T12:00:00Z",
        "2026-03-01T13:00:00+01:00",
        "2026-03-01 12:00:00",
        "2026-03-01T12:00",
        "1772366400",
        "1772366400.0",
        "1772366400000",
    ],
)
def test_instants_are_read_in_the_usual_forms(tmp_path: Path, instant: str) -> None:
    (post,), _ = everything(written(tmp_path, lines({"text": "x", "posted_at": instant})))
    assert post.posted_at == NOON


def test_a_row_without_id_keeps_the_same_one_at_every_import(tmp_path: Path) -> None:
    file = written(tmp_path, lines(SHORT, {**SHORT, "text": "Another"}))
    first, second = everything(file)[0], everything(file)[0]
    assert [p.external_id for p in first] == [p.external_id for p in second]
    assert len({p.external_id for p in first}) == 2


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ('{"text": "x"}', "posted_at: required"),
        ('{"posted_at": "2026-03-01"}', "text: required"),
        ('{"text": "", "posted_at": ""}', "text and posted_at: required"),
        ('{"text": "x", "posted_at": "yesterday"}', "posted_at: expected an instant such as"),
        ('{"text": "x", "posted_at": "1e400"}', "posted_at: expected an instant such as"),
        ('{"text": ["x"], "posted_at": "2026-03-01"}', "text: expected text, got list"),
        ('{"text": "x", "posted_at": "2026-03-01", "reach": "many"}', "reach: expected a number"),
        ("{not json", "not JSON"),
        ("[1, 2]", "expected an object"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_row_that_cannot_be_read_is_kept_with_its_line(tmp_path: Path, row: str, error: str) -> None:
    posts, rejects = everything(written(tmp_path, lines(SHORT) + "\n" + row + "\n" + lines({**SHORT, "text": "after"})))
    assert [post.text for post in posts] == ["It leaks", "after"]
    assert len(rejects) == 1
    assert rejects[0].error.startswith("line 3: ")
    assert error in rejects[0].error
    assert rejects[0].raw.strip() == row.encode()


def test_bytes_that_are_no_text_are_kept_with_their_line(tmp_path: Path) -> None:
    posts, rejects = everything(written(tmp_path, lines(SHORT).encode() + b'{"text": "caf\xe9"}\n'))
    assert (len(posts), [reject.error.split(":")[0] for reject in rejects]) == (1, ["line 2"])
    _, rejects = everything(written(tmp_path, b"text,posted_at\ncaf\xe9,2026-03-01\n", "old.csv"))
    assert "line 2: not UTF-8" in rejects[0].error


def test_lines_of_a_csv_are_counted_with_the_breaks_in_its_texts(tmp_path: Path) -> None:
    text = 'text,posted_at\n"two\nlines",2026-03-01\n\nbad,never\n'
    posts, rejects = everything(written(tmp_path, text, "old.csv"))
    assert [post.text for post in posts] == ["two\nlines"]
    assert rejects[0].error.startswith("line 5: posted_at")


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file_in_silence(tmp_path: Path) -> None:
    text = 'text,posted_at\ngood,2026-03-01\n"open,2026-03-01\nlost,2026-03-01\n'
    posts, rejects = everything(written(tmp_path, text, "old.csv"))
    assert [post.text for post in posts] == ["good"]
    assert rejects[0].error.startswith("line 3: not CSV")


def test_too_many_values_are_told(tmp_path: Path) -> None:
    _, rejects = everything(written(tmp_path, "text,posted_at\na, b,2026-03-01\n", "old.csv"))
    assert "3 values for 2 columns" in rejects[0].error


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("old.csv", "texts,posted\n", "Is 'texts' meant as 'text'?"),
        ("old.csv", "", "text and posted_at"),
        ("old.xlsx", "", "ends in .jsonl or .csv"),
    ],
)
def test_a_file_that_is_no_archive_says_what_was_expected(tmp_path: Path, name: str, text: str, says: str) -> None:
    with pytest.raises(Malformed, match=re.escape(says)):
        list(read(written(tmp_path, text, name)))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="No such file"):
        list(read(tmp_path / "none.jsonl"))


def test_a_large_file_comes_in_chunks_and_says_how_far_it_is(tmp_path: Path) -> None:
    file = written(tmp_path, lines(*({**SHORT, "id": str(n)} for n in range(CHUNK * 2 + 1))))
    chunks = list(read(file))
    assert [chunk.rows for chunk in chunks] == [CHUNK, CHUNK, 1]
    assert [chunk.done for chunk in chunks] == sorted(chunk.done for chunk in chunks)
    assert chunks[-1].done == file.stat().st_size


@pytest.mark.parametrize("name", ["old.csv", "old.jsonl"])
def test_a_text_of_a_megabyte_comes_through(tmp_path: Path, name: str) -> None:
    long = "leaks " * 180_000
    text = f"text,posted_at\n{long},2026-03-01\n" if name.endswith("csv") else lines({**SHORT, "text": long})
    (post,), _ = everything(written(tmp_path, text, name))
    assert len(post.text) == len(long.strip())


def test_nul_and_lone_surrogates_come_through_to_be_cleaned(tmp_path: Path) -> None:
    file = written(tmp_path, '{"text": "a\\u0000b\\ud800c", "posted_at": "2026-03-01T12:00:00Z"}\n')
    (post,), rejects = everything(file)
    assert (len(post.text), rejects) == (5, [])
    assert post.external_id.startswith("no-id:")


def test_a_file_that_is_imported_twice_is_stored_once(database: Database, tmp_path: Path) -> None:
    rows = [{**SHORT, "text": f"parcel {n}", "author": f"a{n % 7}"} for n in range(CHUNK + 50)]
    file = written(tmp_path, lines(*rows, FULL) + "not a row\n")
    feed = FeedDraft("old", "archive", "", "", "Acme")
    with database.write() as session:
        feeds.sync(session, WorkspacePlan(brands=(BrandPlan("Acme"),), feeds=(feed,)), now=database.now())
        feed_id = session.scalars(select(Feed.id)).one()
    assert [imported(database, feed_id, file) for _ in range(2)] == [CHUNK + 51, 0]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Mention)) == CHUNK + 51
        assert session.scalars(select(Reject.error)).one().startswith(f"line {CHUNK + 52}: not JSON")


def imported(database: Database, feed_id: int, file: Path) -> int:
    new = 0
    for chunk in read(file):
        with database.write() as session:
            now = database.now()
            new += ingest.import_posts(session, feed_id, chunk.posts, chunk.rejects, settings=DeskSettings(), now=now).new
    return new


def test_a_kept_row_is_read_again_and_no_archive_is_polled(tmp_path: Path) -> None:
    source = ArchiveSource(ListenerSettings())
    spec = FeedSpec(1, "old", "archive", "", "", "", {}, None, 300)
    assert source.reread(json.dumps(FULL).encode(), spec).external_id == "7"
    _, rejects = everything(written(tmp_path, "text,posted_at\nx,never\n", "old.csv"))
    with pytest.raises(Malformed, match="posted_at"):
        source.reread(rejects[0].raw, spec)
    with pytest.raises(Refused, match="careline import"):
        source.fetch(spec, None)


def test_the_limit_of_csv_fields_is_given_back(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    everything(written(tmp_path, "text,posted_at\nx,2026-03-01\n", "old.csv"))
    assert csv.field_size_limit() == before
