"""Exports of other tools: their columns become ours by a mapping that is written down, and mistakes in it are told in words."""

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.post import FeedSpec, Post
from listener.settings import ListenerSettings
from listener.source import Malformed
from listener.sources.archive.mapping import BUILT_IN, mapping_of, read_mapping
from listener.sources.archive.row import COLUMNS
from listener.sources.archive.source import ArchiveSource, read

DOCS = Path(__file__).parents[2] / "docs" / "archives.md"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AT = int(NOON.timestamp())


def posts(folder: Path, mapping: str, *rows: dict[str, Any]) -> list[Post]:
    file = folder / "export.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return [post for chunk in read(file, mapping_of(mapping)) for post in chunk.posts]


def test_tickets_of_zendesk(tmp_path: Path) -> None:
    ticket = {"id": 35436, "subject": "It leaks", "description": "The lift leaks", "created_at": "2026-03-01T12:00:00Z"}
    (post,) = posts(tmp_path, "zendesk", {**ticket, "requester": {"id": 20978392, "name": "Ada"}, "status": "open"})
    assert (post.external_id, post.title, post.text, post.posted_at, post.kind) == ("35436", "It leaks", "The lift leaks", NOON, "ticket")
    assert (post.author.external_id, post.author.name) == ("20978392", "Ada")


def test_comments_and_submissions_of_reddit(tmp_path: Path) -> None:
    comment = {
        "name": "t1_c",
        "body": "it leaks",
        "created_utc": AT,
        "author": "ada",
        "link_id": "t3_s",
        "parent_id": "t1_b",
        "subreddit": "acme",
    }
    submission = {"name": "t3_s", "title": "Leaks?", "selftext": "", "created_utc": str(AT), "author": "bob", "subreddit": "acme"}
    first, second = posts(tmp_path, "reddit", comment, submission)
    assert (first.external_id, first.thread_id, first.parent_id, first.posted_at) == ("t1_c", "t3_s", "t1_b", NOON)
    assert (second.text, second.thread_id, second.site) == ("Leaks?", "t3_s", "acme")


def test_items_of_hacker_news(tmp_path: Path) -> None:
    (post,) = posts(tmp_path, "hackernews", {"id": 8863, "type": "comment", "by": "pg", "time": AT, "text": "it leaks", "parent": 8862})
    assert (post.external_id, post.author.handle, post.parent_id, post.kind, post.posted_at) == ("8863", "pg", "8862", "comment", NOON)


def test_a_spreadsheet_of_any_tool_by_the_documents_mapping(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    mapping, file = tmp_path / "our-tool.toml", tmp_path / "export.csv"
    mapping.write_text(example, encoding="utf-8")
    file.write_text('Date,Full Text,Snippet,Url\n01/07/2026 12:00,,"It, leaks",https://x.example/1\n2026-07-01,late,,\n', encoding="utf-8")
    (chunk,) = read(file, mapping_of(str(mapping)))
    (post,) = chunk.posts
    assert (post.text, post.url, post.kind) == ("It, leaks", "https://x.example/1", "review")
    assert post.posted_at == datetime(2026, 7, 1, 11, tzinfo=UTC)
    (reject,) = chunk.rejects
    assert "posted_at: '2026-07-01' is not of the form" in reject.error


def test_a_kept_row_is_read_again_without_the_mapping(tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    file.write_text(json.dumps({"id": 7, "description": "it leaks", "created_at": "soon"}), encoding="utf-8")
    (chunk,) = read(file, BUILT_IN["zendesk"])
    kept = {**json.loads(chunk.rejects[0].raw), "posted_at": "2026-03-01T12:00:00Z"}
    feed = FeedSpec(1, "old", "archive", "", "", "", {}, None, 300)
    assert ArchiveSource(ListenerSettings()).reread(json.dumps(kept).encode(), feed).external_id == "7"


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({}, r"tables \[columns\]"),
        ({"columns": {"text": "a"}}, "posted_at: required"),
        ({"columns": {"txt": "a"}}, "Is 'text' meant"),
        ({"columns": {"text": [], "posted_at": "b"}}, "list of names"),
        ({"columns": {"text": 7, "posted_at": "b"}}, "list of names"),
        ({"columns": {"text": "a", "posted_at": "b"}, "dates": {"zone": "Mars/Olympus"}}, "IANA"),
        ({"columns": {"text": "a", "posted_at": "b"}, "dates": {"form": "x"}}, r"\[dates\]"),
        ({"columns": {"text": "a", "posted_at": "b"}, "others": {}}, r"tables \[columns\]"),
    ],
)
def test_a_mistake_in_a_mapping_is_told_in_words(told: dict[str, Any], says: str) -> None:
    with pytest.raises(Malformed, match=says):
        read_mapping(told)


@pytest.mark.parametrize("given", ["hootsweet", "missing.toml"])
def test_a_mapping_that_is_not_there_is_told(given: str) -> None:
    with pytest.raises(Malformed, match=r"no mapping|cannot be read"):
        mapping_of(given)


def test_the_documents_name_every_column_and_mapping() -> None:
    text = DOCS.read_text(encoding="utf-8")
    columns = "".join(re.findall(r"^\| (`.*?) \|", text.split("## Exports")[0], re.MULTILINE))
    assert set(re.findall(r"`([a-z_]+)`", columns)) == set(COLUMNS)
    assert set(re.findall(r"^\| `([a-z]+)` \|", text.split("## Exports")[1], re.MULTILINE)) == set(BUILT_IN)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_no_row_of_another_tool_is_a_crash(row: Any) -> None:
    mapped = read_mapping(tomllib.loads('[columns]\ntext = "a.b"\nposted_at = ["c", ""]'.replace(', ""', "")))
    assert set(mapped.row(row if isinstance(row, dict) else {"a": row})) <= {"text", "posted_at"}
