"""A language pack beside the model that ships: each text is read by the model of its language, and nothing is guessed in silence."""

from pathlib import Path

import numpy as np
import pytest

from classifier.engine import EngineUnavailable
from classifier.engines.lexicon import LexiconEngine
from classifier.engines.onnx import OnnxEngine
from classifier.ngrams import layers
from classifier.registry import load_engine
from classifier.settings import ClassifierSettings
from classifier.side_by_side import options_of, settings_of
from classifier.text import clean
from storage.words import Intent, Sentiment, Urgency
from tests.support import tiny_model

GERMAN = "Seit gestern geht bei mir gar nichts mehr, was ist da los?"
FRENCH = "Bonjour, mon colis n'est toujours pas arrivé."
ENGLISH = "My parcel was due on Monday and it is still not here, nobody answers the phone."
POLISH = "Moja paczka nie przyszła, od tygodnia czekam na odpowiedź obsługi klienta"
SAID = {"sentiment": "positive", "intent": "suggestion", "needs_reply": "true", "urgency": "normal", "abusive": "false"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It reads German and Spanish, and finds a suggestion in whatever it reads; the sentiment of Spanish is told better by the linear layer."""
    return tiny_model.write(
        tmp_path_factory.mktemp("models") / "pack", languages=["de", "es"], answers=SAID, version="pack-1", linear=["es"]
    )


@pytest.fixture(scope="module")
def engine(folder: Path) -> OnnxEngine:
    return OnnxEngine(ClassifierSettings(languages_model=str(folder)))


def test_each_text_goes_to_the_model_of_its_language(engine: OnnxEngine) -> None:
    german, english, french, again = engine.classify([GERMAN, ENGLISH, FRENCH, GERMAN])
    assert (german.language.label, german.sentiment.label, german.intent.label) == ("de", Sentiment.POSITIVE, Intent.SUGGESTION)
    assert (german.needs_reply.label, german.urgency.label, german.abusive.label) == (True, Urgency.NORMAL, False)
    assert german == again
    plain = OnnxEngine().classify([ENGLISH, FRENCH])
    assert [english, french] == plain
    assert english.intent.label is Intent.COMPLAINT


def test_a_language_of_neither_model_needs_a_person(engine: OnnxEngine) -> None:
    (polish,) = engine.classify([POLISH])
    assert polish.language.label == "pl"
    assert "language" in polish.unsure


@pytest.mark.parametrize("text", ["ok??? thx", "PS4", "👍👍", ""])
def test_a_text_whose_language_cannot_be_told_never_reaches_the_pack(engine: OnnxEngine, text: str) -> None:
    assert engine.classify([text]) == OnnxEngine().classify([text])


def test_the_better_of_two_says_the_sentiment(engine: OnnxEngine) -> None:
    text = "Me habéis cobrado dos veces la misma factura, qué vergüenza, un servicio horrible."
    (spanish,) = engine.classify([text])
    assert (spanish.language.label, spanish.intent.label) == ("es", Intent.SUGGESTION)
    assert spanish.sentiment.scores == pytest.approx(layers()["es"].scores(clean(text)))
    assert spanish.sentiment.label is Sentiment.NEGATIVE


def test_the_pack_is_doubted_by_its_own_bounds(tmp_path: Path) -> None:
    told = {"sure": {"urgency": 0.999}, "thresholds": {"needs_reply": 0.5, "urgency": 0.001, "abusive": 0.5}}
    folder = tiny_model.write(tmp_path / "careful", languages=["de"], answers={**SAID, "sentiment": "negative", "intent": "praise"}, **told)
    german, english = OnnxEngine(ClassifierSettings(languages_model=str(folder))).classify([GERMAN, ENGLISH])
    assert german.urgency.label is Urgency.HIGH
    assert {"urgency", "sentiment", "intent"} <= set(german.unsure)
    assert english == OnnxEngine().classify([ENGLISH])[0]


def test_both_are_named_where_a_verdict_is_kept(engine: OnnxEngine, tmp_path: Path) -> None:
    shipped = OnnxEngine()
    assert engine.version == f"{shipped.version}+pack-1"
    long = tiny_model.write(tmp_path / "long", languages=["de"], answers=SAID, version="x" * 60)
    assert len(OnnxEngine(ClassifierSettings(languages_model=str(long))).version) == 40


def test_posts_are_compared_by_one_embedding_whatever_their_language(engine: OnnxEngine) -> None:
    shipped = OnnxEngine()
    assert engine.embedding == shipped.embedding
    assert engine.embed([GERMAN]) == pytest.approx(shipped.embed([GERMAN]), abs=1e-5)
    assert np.shape(engine.embed([GERMAN])) == (1, 384)


def test_a_pack_that_was_asked_for_is_never_left_out_in_silence(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="careline train"):
        load_engine(ClassifierSettings(languages_model=str(tmp_path)))


def test_word_lists_go_on_reading_what_no_model_reads(engine: OnnxEngine) -> None:
    assert engine.classify([FRENCH])[0].intent == LexiconEngine().classify([FRENCH])[0].intent


def test_a_pack_is_part_of_what_a_model_is() -> None:
    plain, with_pack = ClassifierSettings(), ClassifierSettings(languages_model="/srv/pack")
    assert "languages_model" not in options_of(plain)
    assert settings_of(options_of(with_pack), plain) == with_pack
    assert settings_of(options_of(plain), with_pack) == plain
