"""The public data that trains the shipped weights: where each file comes from, under which licence, and what its labels mean for ours.

Every file is checked by its hash, so that a run is the same run everywhere. Files for measuring are named apart and never train.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.train.examples import Example
from storage.words import Intent, Sentiment


class MissingSet(Exception):
    """A file of the training data is absent or another one than expected; the message says where it comes from."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """One file of public data. `test`: it measures only."""

    file: str
    sha256: str
    origin: str
    licence: str
    test: bool = False

    @classmethod
    def of(cls, file: str, origin: str, licence: str, *, test: bool = False) -> "DataSet":
        """A file whose hash stands in hashes.json."""
        return cls(file, HASHES[file], origin, licence, test)

    def rows(self, data: Path) -> Iterator[dict[str, Any]]:
        """Its rows, in the file's order. Raises MissingSet."""
        found = next((path for path in (data / self.file, data / "train" / self.file, data / "test" / self.file) if path.is_file()), None)
        if found is None:
            raise MissingSet(
                f"{self.file} is not in {data}. It comes from {self.origin} ({self.licence}); docs/training.md says how to make it"
            )
        content = found.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise MissingSet(f"{found} is not the file that the recipe was made with (its hash differs). Fetch it again from {self.origin}")
        return (json.loads(line) for line in content.decode("utf-8").splitlines() if line.strip())


SEMEVAL = "SemEval 2013-2017 task 4 tweets, https://alt.qcri.org/semeval2017/task4"
UMSAB = "https://github.com/cardiffnlp/xlm-t (UMSAB)"
HASHES: dict[str, str] = json.loads(Path(__file__).with_name("hashes.json").read_text())


SENTIMENT = DataSet.of("sentiment.semeval.jsonl", SEMEVAL, "CC BY 3.0")
SENTIMENT_DEV = DataSet.of("sentiment.val.jsonl", SEMEVAL, "CC BY 3.0")
EMOTIONS = DataSet.of("goemotions.train.jsonl", "https://github.com/google-research/google-research/tree/master/goemotions", "CC BY 4.0")
OFFENCE = DataSet.of("davidson.jsonl", "https://github.com/t-davidson/hate-speech-and-offensive-language", "MIT")
SMS = DataSet.of("sms_spam.jsonl", "https://archive.ics.uci.edu/dataset/228", "CC BY 4.0")
TUBE = DataSet.of("tubespam.train.jsonl", "https://archive.ics.uci.edu/dataset/380", "CC BY 4.0")
TUBE_DEV = DataSet.of("tubespam.val.jsonl", "https://archive.ics.uci.edu/dataset/380", "CC BY 4.0")
CLINC = DataSet.of("clinc.train.jsonl", "https://github.com/clinc/oos-eval", "CC BY 3.0")
CLINC_OOS = DataSet.of("clinc.oos_train.jsonl", "https://github.com/clinc/oos-eval", "CC BY 3.0")
BANKING = DataSet.of("banking77.train.jsonl", "https://github.com/PolyAI-LDN/task-specific-datasets", "CC BY 4.0")
CARE = DataSet.of("ibm_care.jsonl", "https://github.com/IBM/twitter-customer-care-document-prediction", "Apache-2.0")

TWEETEVAL_TEST = DataSet.of("tweeteval.sentiment.jsonl", "https://github.com/cardiffnlp/tweeteval", "measuring only", test=True)
CLINC_TEST = DataSet.of("clinc.test.jsonl", "https://github.com/clinc/oos-eval", "measuring only", test=True)
CLINC_OOS_TEST = DataSet.of("clinc.oos_test.jsonl", "https://github.com/clinc/oos-eval", "measuring only", test=True)
BANKING_TEST = DataSet.of("banking77.test.jsonl", "https://github.com/PolyAI-LDN/task-specific-datasets", "measuring only", test=True)
TUBE_TEST = DataSet.of("tubespam.test.jsonl", "https://archive.ics.uci.edu/dataset/380", "measuring only", test=True)

SETS = tuple(value for value in list(globals().values()) if isinstance(value, DataSet))

MOODS = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)
SLURS = re.compile(r"\b(bitch|hoe|fag|nigg|retard|cunt|whore|slut|dyke|tranny|cracker|redneck|beaner|spic|coon)", re.IGNORECASE)
AIMED = re.compile(r"\b(you|your|u|ur|yall|she|her|he|him|they|them|these|those|all|this)\b", re.IGNORECASE)
"""An offensive post of Davidson's counts as abusive only with a slur and somebody whom it is thrown at: much of that class is swearing at nobody."""


def sentiments(data: Path) -> Iterator[Example]:
    for row in SENTIMENT.rows(data):
        yield Example(row["text"], sentiment=MOODS[row["label"]])


def emotions(data: Path, names: tuple[str, ...]) -> Iterator[Example]:
    """`names` fixes the order of the emotions; a post may have several."""
    for row in EMOTIONS.rows(data):
        yield Example(row["text"], emotions=tuple(name in row["labels"] for name in names))


def offences(data: Path) -> Iterator[Example]:
    """Hate is abusive, neither is not; of what is merely offensive only slurs are taken, the rest says nothing about our label."""
    for row in OFFENCE.rows(data):
        if row["label"] == 1 and not (SLURS.search(row["text"]) and AIMED.search(row["text"])):
            continue
        yield Example(row["text"], abusive=row["label"] != 2)


def spam(data: Path) -> Iterator[Example]:
    """What is no spam has some other intent, unknown which."""
    ham = tuple(intent for intent in Intent if intent is not Intent.SPAM)
    for source in (SMS, TUBE):
        for row in source.rows(data):
            yield Example(row["text"], intents=(Intent.SPAM,) if row["label"] else ham, needs_reply=False if row["label"] else None)


def topics(data: Path) -> Iterator[Example]:
    """Questions to assistants and to a bank: they shape the embedding, not our labels."""
    for name, source in (("clinc", CLINC), ("clinc", CLINC_OOS), ("banking", BANKING)):
        for row in source.rows(data):
            yield Example(row["text"], topic=f"{name}:{row['label']}")
