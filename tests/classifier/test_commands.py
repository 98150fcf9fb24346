import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from classifier.commands import BATCH, classify_file, evaluate_file
from classifier.engine import EngineError
from classifier.engines.lexicon import LexiconEngine
from classifier.jsonl import rows
from desk.labels.verdict import QUESTIONS
from storage.words import Intent
from tests.support.engines import FakeEngine, verdict


def written(tmp_path: Path, *lines: object) -> Path:
    """Rows as JSON, bytes as they are."""
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines))
    return file


BAD = [
    (b"{not json", "not valid JSON"),
    (b"", "empty line"),
    (b"[1, 2]", "object"),
    (b'"text"', "object"),
    (b'{"txt": "hi"}', "no text"),
    (b'{"text": null}', "no text"),
    (b'{"text": 7}', "not a string"),
    (b'{"text": "\xff"}', "UTF-8"),
    (b"[" * 100_000, "not valid JSON"),
    (b'{"text": "hi", "n": ' + b"9" * 5000 + b"}", "not valid JSON"),
]


@pytest.mark.parametrize(("line", "words"), BAD, ids=[words for _, words in BAD])
def test_an_unreadable_line_gives_an_error_in_its_place(tmp_path: Path, line: bytes, words: str) -> None:
    told = list(classify_file(written(tmp_path, {"text": "one"}, line, {"text": "three"}), FakeEngine()))
    assert [set(answer) for answer in told] == [set(QUESTIONS), {"error"}, set(QUESTIONS)]
    assert words in told[1]["error"]
    assert told[1]["error"].startswith("line 2: ")


def test_one_answer_a_line_in_order_whatever_the_batch(tmp_path: Path) -> None:
    texts = [f"text {at}" for at in range(2 * BATCH + 3)]
    engine = FakeEngine(answer=lambda text: verdict(Intent.SPAM if text.endswith("7") else Intent.OTHER))
    told = list(classify_file(written(tmp_path, *({"text": text} for text in texts)), engine))
    assert [answer["intent"]["label"] == "spam" for answer in told] == [text.endswith("7") for text in texts]
    assert [len(batch) for batch in engine.batches] == [BATCH, BATCH, 3]


def test_the_answer_is_plain_json_as_promised(tmp_path: Path) -> None:
    told = json.loads(json.dumps(next(classify_file(written(tmp_path, {"text": "My card was charged twice!"}), LexiconEngine()))))
    assert set(told) == set(QUESTIONS)
    for answer in told.values():
        assert set(answer) == {"label", "confidence", "scores"}
        assert sum(answer["scores"].values()) == pytest.approx(1.0, abs=1e-3)
    assert told["intent"]["label"] == "complaint"
    assert told["needs_reply"]["label"] is True
    assert told["abusive"]["label"] is False
    assert told["language"]["label"] == "en"


def test_odd_but_readable_lines_are_classified(tmp_path: Path) -> None:
    lines = [b'\xef\xbb\xbf{"text": "BOM"}', b'{"text": ""}\r', b'{"text": "lone \\ud800 surrogate \\u0000"}', {"text": "x" * 1_000_000}]
    assert all("error" not in answer for answer in classify_file(written(tmp_path, *lines), LexiconEngine()))


def test_an_empty_file_and_one_without_a_last_newline(tmp_path: Path) -> None:
    assert list(classify_file(written(tmp_path), FakeEngine())) == []
    file = tmp_path / "open.jsonl"
    file.write_bytes(b'{"text": "a"}\n{"text": "b"}')
    assert len(list(classify_file(file, FakeEngine()))) == 2


def test_lines_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    engine = FakeEngine()
    answers = classify_file(written(tmp_path, *({"text": str(at)} for at in range(5 * BATCH))), engine)
    next(answers)
    assert len(engine.batches) == 1


def test_progress_is_told(tmp_path: Path) -> None:
    steps: list[int] = []
    list(classify_file(written(tmp_path, {"text": "a"}, b"?", {"text": "b"}), FakeEngine(), steps.append))
    assert sum(steps) == 3


def test_a_missing_file_and_a_broken_engine_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(classify_file(tmp_path / "none.jsonl", FakeEngine()))
    with pytest.raises(EngineError, match="bad apple"):
        list(classify_file(written(tmp_path, {"text": "POISON"}), FakeEngine()))


def test_evaluate_measures_each_label_that_is_there(tmp_path: Path) -> None:
    engine = FakeEngine(answer=lambda text: verdict(Intent(text)))
    lines = [
        {"text": "spam", "intent": "spam", "spam": True, "complaint": False},
        {"text": "churn", "intent": "complaint", "complaint": True, "suggestion": False},
        {"text": "praise", "intent": "praise", "needs_reply": True, "language": "en", "id": 7, "split": "test"},
    ]
    told = evaluate_file(written(tmp_path, *lines), engine)
    assert set(told["labels"]) == {"intent", "needs_reply", "language", "complaint", "suggestion", "spam"}
    assert told["labels"]["intent"]["n"] == 3
    assert told["labels"]["intent"]["accuracy"] == pytest.approx(2 / 3)
    assert set(told["labels"]["intent"]) == {"n", "accuracy", "macro_f1", "macro_recall", "ece", "classes"}
    assert set(told["labels"]["intent"]["classes"]["spam"]) == {"n", "precision", "recall", "f1"}
    assert told["labels"]["complaint"]["accuracy"] == 1.0
    assert told["labels"]["complaint"]["classes"]["true"]["n"] == 1
    assert told["ignored_keys"] == {"id": 1, "split": 1}
    assert (told["engine"], told["version"], told["lines"]) == ("fake", "1", 3)
    json.dumps(told)


def test_evaluate_counts_and_names_what_it_left_out(tmp_path: Path) -> None:
    lines = [{"text": "a", "sentiment": "awful", "abusive": "no", "intent": None}, b"{", {"text": "b", "sentiment": "negative"}]
    told = evaluate_file(written(tmp_path, *lines), FakeEngine())
    assert told["labels"]["sentiment"]["n"] == 1
    assert told["unreadable"]["n"] == 1
    assert told["unreadable"]["lines"][0].startswith("line 2: not valid JSON")
    assert told["bad_labels"]["n"] == 2
    assert any("'awful'" in line for line in told["bad_labels"]["lines"])
    assert set(told["labels"]) == {"sentiment"}


def test_evaluate_of_nothing_is_no_figures(tmp_path: Path) -> None:
    told = evaluate_file(written(tmp_path, b"{", {"text": "a"}), FakeEngine())
    assert told["labels"] == {}
    assert told["lines"] == 2


def test_many_bad_lines_are_all_counted_and_some_named(tmp_path: Path) -> None:
    told = evaluate_file(written(tmp_path, *bad_lines(250)), FakeEngine())
    assert told["unreadable"]["n"] == 250
    assert len(told["unreadable"]["lines"]) == 100


def bad_lines(count: int) -> Iterable[bytes]:
    return [b"?"] * count


def test_rows_know_their_lines(tmp_path: Path) -> None:
    assert [(row.line, row.text, bool(row.error)) for row in rows(written(tmp_path, {"text": "a"}, b"?", {"text": "c"}))] == [
        (1, "a", False),
        (2, "", True),
        (3, "c", False),
    ]
