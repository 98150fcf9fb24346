"""What is kept of the classifier's word on the sample's texts is what it says."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from careline.sample.verdicts import Remembering, kept, texts
from classifier.registry import load_engine
from classifier.settings import ClassifierSettings
from desk.labels.verdict import QUESTIONS, Verdict

SETTINGS = ClassifierSettings()
AS_NEAR_AS_CPUS_AGREE = 0.02
"""The model's eight-bit products are rounded otherwise by other processors."""


class Silent:
    """An engine that is not to be asked."""

    def __init__(self, name: str, version: str) -> None:
        self.name, self.version = name, version

    def classify(self, texts: Sequence[str]) -> list[Verdict]:
        raise AssertionError(f"asked about {len(texts)} texts")


def test_what_is_kept_is_what_the_classifier_says() -> None:
    engine = load_engine(SETTINGS)
    asked = sorted(set(texts()))
    assert kept()[0] == (engine.name, engine.version)
    found = Remembering(Silent(engine.name, engine.version), SETTINGS).classify(asked)
    for text, remembered, said in zip(asked, found, engine.classify(asked), strict=True):
        assert remembered.unsure == said.unsure, text
        for question in QUESTIONS:
            ours, theirs = getattr(remembered, question), getattr(said, question)
            assert (type(ours.label), ours.label) == (type(theirs.label), theirs.label), text
            assert ours.scores == pytest.approx(dict(theirs.scores), abs=AS_NEAR_AS_CPUS_AGREE), text
            assert ours.confidence == pytest.approx(theirs.confidence, abs=AS_NEAR_AS_CPUS_AGREE), text


def test_another_version_and_another_threshold_are_asked_themselves() -> None:
    name, version = kept()[0]
    others = (Silent(name, "another"), SETTINGS), (Silent(name, version), replace(SETTINGS, thresholds={"sentiment": 0.9}))
    for engine, settings in others:
        with pytest.raises(AssertionError, match="asked about 1 texts"):
            Remembering(engine, settings).classify([next(texts())])
