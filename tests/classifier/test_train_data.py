"""What trains the model: the project's own mentions and labels are whole, sets are checked, and nothing that measures trains."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from classifier.train import own, sets
from classifier.train.batches import Share, plan
from classifier.train.sets import DataSet, MissingSet
from storage.words import Intent, Sentiment, Urgency

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "text"


def rows() -> list[dict[str, Any]]:
    files = sorted((own.HERE / "mentions").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = [word.strip(".,!?:;\"'()").lower() for word in text.split()]
    return frozenset(tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2)))


def test_every_mention_has_every_label() -> None:
    for row in rows():
        assert row["text"].strip()
        assert row["sentiment"] in set(Sentiment)
        assert row["intent"] in set(Intent)
        assert row["urgency"] in set(Urgency)
        assert isinstance(row["needs_reply"], bool)
        assert isinstance(row["abusive"], bool)


def test_there_are_enough_of_each_kind() -> None:
    found = rows()
    assert len(found) >= 3_000
    assert min(Counter(row["intent"] for row in found).values()) >= 60
    assert min(Counter(row["language"] for row in found).values()) >= 100
    assert Counter(row["urgency"] for row in found)["high"] >= 300


def test_hardly_two_of_them_are_alike() -> None:
    met: dict[tuple[str, ...], list[int]] = {}
    signs = [shingles(row["text"]) for row in rows()]
    alike = 0
    for place, sign in enumerate(signs):
        shared = Counter(other for shingle in sign for other in met.get(shingle, ()))
        alike += any(count / len(sign | signs[other]) > 0.6 for other, count in shared.items())
        for shingle in sign:
            met.setdefault(shingle, []).append(place)
    assert alike <= 0.02 * len(signs)


def test_parts_do_not_move_when_others_are_added() -> None:
    keys = [own.key_of(f"text {number}") for number in range(2_000)]
    parts = [own.part_of(key, 0.15) for key in keys]
    assert parts == [own.part_of(key, 0.15) for key in reversed(keys)][::-1]
    assert 0.12 < parts.count("dev") / len(parts) < 0.18


def test_a_missing_set_says_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(MissingSet, match=r"sentiment\.semeval\.jsonl is not in .*semeval2017.*CC BY 3\.0.*docs/training\.md"):
        list(sets.sentiments(tmp_path))


def test_another_file_of_the_same_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / sets.SMS.file).write_text('{"text": "x", "label": 0}\n')
    with pytest.raises(MissingSet, match="its hash differs"):
        list(sets.spam(tmp_path))


def test_what_measures_trains_nothing() -> None:
    training = {found.file for found in sets.SETS if not found.test}
    assert not training & {found.file for found in sets.SETS if found.test}
    assert all("test" not in name for name in training)


@pytest.mark.recorded
@pytest.mark.skipif(not RECORDED.is_dir(), reason="the public data lies beside the project, not in it")
def test_the_care_tweets_have_two_passes_that_agree() -> None:
    found = list(own.care(RECORDED))
    assert len(found) > 600
    assert {example.part for example in found} == {"train", "dev"}
    assert sum(example.urgency is None for example in found) < 0.08 * len(found)
    assert all(1 <= len(example.intents) <= 2 for example in found)


def test_shares_are_seen_as_often_as_told_in_an_order_of_their_own() -> None:
    batches = plan([Share(range(10), 2.5), Share(range(10, 14), 1.0)], [place % 5 for place in range(14)], size=4, seed=3)
    counts = Counter(place for batch in batches for place in batch)
    assert sum(counts[place] for place in range(10)) == 25
    assert all(counts[place] == 1 for place in range(10, 14))
    assert batches == plan([Share(range(10), 2.5), Share(range(10, 14), 1.0)], [place % 5 for place in range(14)], size=4, seed=3)
    assert batches != plan([Share(range(10), 2.5), Share(range(10, 14), 1.0)], [place % 5 for place in range(14)], size=4, seed=4)


def test_what_a_team_corrected_is_learnt_question_by_question(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    written = [
        {"text": "Not again", "language": "en", "source": "rss", "sentiment": "negative", "urgency": "high"},
        {"text": "Wieder nichts", "language": "de", "source": "rss", "sentiment": "negative"},
        {"text": "ok?", "language": None, "source": "archive", "intent": "question", "needs_reply": True, "abusive": False},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in written), encoding="utf-8")
    first, second = own.corrections(file)
    assert (first.text, first.sentiment, first.urgency, first.intents, first.needs_reply) == (
        "Not again",
        Sentiment.NEGATIVE,
        Urgency.HIGH,
        (),
        None,
    )
    assert (second.intents, second.needs_reply, second.abusive, second.sentiment) == ((Intent.QUESTION,), True, False, None)


def test_a_file_that_is_not_listed_is_no_set() -> None:
    with pytest.raises(KeyError):
        DataSet.of("unknown.jsonl", "nowhere", "none")
