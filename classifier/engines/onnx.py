"""The engine that ships: one small encoder for all answers, on the CPU, without torch and without a network.

A model is a folder with `model.onnx`, `tokenizer.json` and `model.json` (classifier/train writes them). It reads the languages that it was
trained on; a language pack reads others where there is one; the lexicon answers for the rest, and says so.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from classifier import decide
from classifier.engine import EngineError, EngineUnavailable
from classifier.engines.known import Known, key_of
from classifier.engines.lexicon import LexiconEngine
from classifier.engines.model_card import Card, read_card
from classifier.engines.passes import passes
from classifier.language import UNKNOWN, recognise_all
from classifier.ngrams import layers
from classifier.settings import ClassifierSettings
from classifier.text import clean, normalise, words_only
from desk.labels.verdict import QUESTIONS, Answer, Verdict

SHIPPED: Final = Path(__file__).parents[1] / "models" / "english"
REMEMBERED: Final = 4096
"""Texts whose logits are kept: what is posted again, with another link or for another handle, is not read again."""

EMBEDDED: Final = 256
"""Texts whose embeddings are kept: what was just classified is asked for by the heads of own labels, and one pass makes both."""

SLOWER: Final = ["SkipLayerNormFusion"]
"""The runtime's fused sum and normalisation takes eight times as long on the CPU as both apart: a fifth of the whole."""

ASKED: Final = ("sentiment", "intent", "needs_reply", "urgency", "abusive")

Floats = NDArray[np.float32]


class OnnxEngine:
    """One session with one thread; several processes make several cores busy. Safe to use from several threads."""

    name = "onnx"

    def __init__(self, settings: ClassifierSettings | None = None) -> None:
        self._settings = settings or ClassifierSettings()
        folder = Path(self._settings.model) if self._settings.model else SHIPPED
        self._card = read_card(folder)
        pack = self._settings.languages_model
        self._pack: OnnxEngine | None = OnnxEngine(replace(self._settings, model=pack, languages_model=None)) if pack else None
        self.version: str = f"{self._card.version}+{self._pack.version}"[:40] if self._pack else self._card.version
        self.embedding = f"{self._card.name}-{self._card.version}"
        self._session, self._tokenizer = _session(folder / "model.onnx"), _tokenizer(folder / "tokenizer.json")
        self._lexicon = LexiconEngine(self._settings)
        self._known = Known(REMEMBERED)
        self._embedded = Known(EMBEDDED)
        self._turn = threading.Lock()

    def classify(self, texts: Sequence[str]) -> list[Verdict]:
        """One verdict a text, in order. Raises EngineError."""
        cleaned = [clean(text) for text in texts]
        languages = recognise_all(cleaned, self._settings.thresholds.get("language", 0.0))
        ours = [place for place, text in enumerate(cleaned) if self._reads(text, languages[place])]
        verdicts = self.read(cleaned, languages, ours)
        if self._pack:
            theirs = [place for place in range(len(texts)) if place not in verdicts and languages[place].label in self._pack.languages]
            verdicts |= self._pack.read(cleaned, languages, theirs)
        others = [place for place in range(len(texts)) if place not in verdicts]
        for place, verdict in zip(others, self._lexicon.classify([texts[place] for place in others]), strict=True):
            verdicts[place] = self._judged(_foreign(cleaned[place], verdict))
        return [verdicts[place] for place in range(len(texts))]

    def embed(self, texts: Sequence[str]) -> Floats:
        """Where each text lies among all texts: (N, 384), rows of length one; in every language by this model, never by its pack. Raises EngineError."""
        normal = [normalise(text) for text in texts]
        made = {text: vector for text in normal if (vector := self._embedded.get(text)) is not None}
        missing = list(dict.fromkeys(text for text in normal if text not in made))
        made.update(zip(missing, self._run(missing)[1], strict=True) if missing else ())
        return np.stack([made[text] for text in normal]) if normal else np.empty((0, self._card.size), np.float32)

    @property
    def languages(self) -> frozenset[str]:
        """What this model was trained to read, without its pack."""
        return self._card.languages

    def read(self, cleaned: Sequence[str], languages: Sequence[Answer[str]], places: Sequence[int]) -> dict[int, Verdict]:
        """What the model says of the texts at these places."""
        logits = self._logits([normalise(cleaned[place]) for place in places])
        said = _verdicts(logits, [languages[place] for place in places], self._card)
        return {place: self._judged(_by_layer(cleaned[place], each, self._card)) for place, each in zip(places, said, strict=True)}

    def _reads(self, text: str, language: Answer[str]) -> bool:
        """A text whose language cannot be told is mostly a short one in ours; one without words is not for a model."""
        return language.label in self._card.languages or (language.label == UNKNOWN and bool(words_only(text)))

    def _judged(self, verdict: Verdict) -> Verdict:
        doubts = {*verdict.unsure, *decide.unsure(verdict, self._thresholds()), *decide.contradicting(verdict)}
        return replace(verdict, unsure=tuple(name for name in QUESTIONS if name in doubts))

    def _thresholds(self) -> Mapping[str, float]:
        return {**self._settings.thresholds, **self._card.sure}

    def _logits(self, texts: Sequence[str]) -> Floats:
        """A text that was read before, as near as makes no difference, is not read again."""
        keys = [key_of(text) for text in texts]
        found = {key: logits for key in keys if (logits := self._known.get(key)) is not None}
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if fresh:
            for key, logits in zip(fresh, self._run(list(fresh.values()))[0], strict=True):
                found[key] = logits
                self._known.put(key, logits)
        return np.stack([found[key] for key in keys]) if keys else np.empty((0, self._card.width), np.float32)

    def _run(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """Logits (N, 26) and embeddings (N, 384)."""
        ids = self._ids(texts)
        logits, embeddings = np.empty((len(ids), self._card.width), np.float32), np.empty((len(ids), self._card.size), np.float32)
        for places in passes([len(each) for each in ids]):
            logits[places], embeddings[places] = self._pass([ids[place] for place in places])
        for text, vector in zip(texts, embeddings, strict=True):
            self._embedded.put(text, vector.copy())
        return logits, embeddings

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        with self._turn:
            encoded = self._tokenizer.encode_batch_fast(list(texts))
        return [_shortened(encoding.ids, self._card.limit) for encoding in encoded]

    def _pass(self, ids: Sequence[Sequence[int]]) -> Any:
        tokens, mask = np.zeros((2, len(ids), max(map(len, ids))), dtype=np.int64)
        for row, each in enumerate(ids):
            tokens[row, : len(each)], mask[row, : len(each)] = each, 1
        try:
            return self._session.run(["logits", "embedding"], {"ids": tokens, "mask": mask})
        except Exception as error:  # the runtime has no common class for its errors
            raise EngineError(f"the model failed on a batch of {len(ids)}: {error}") from error


def _shortened(ids: list[int], limit: int) -> list[int]:
    """The beginning and the end of a long text: it is at the end that people say what they want."""
    if len(ids) <= limit:
        return ids
    tail = limit // 2
    return ids[: limit - tail] + ids[-tail:]


def _verdicts(logits: Floats, languages: Sequence[Answer[str]], card: Card) -> list[Verdict]:
    """Of all rows at once: the probabilities of one text alone cost as much as those of a hundred."""
    columns = [*(card.probabilities(name, logits) for name in ASKED), card.chances("secondary", logits)]
    return [_verdict(said, language, card.thresholds) for said, language in zip(zip(*columns, strict=True), languages, strict=True)]


def _verdict(said: Sequence[decide.Scores], language: Answer[str], thresholds: Mapping[str, float]) -> Verdict:
    mood, intents, reply, pressing, abuse, further = said
    intent = decide.likeliest_intent(intents)
    return Verdict(
        sentiment=decide.sentiment(mood),
        intent=intent,
        needs_reply=decide.yes_or_no(reply, thresholds["needs_reply"]),
        urgency=decide.urgency(pressing, thresholds["urgency"]),
        abusive=decide.yes_or_no(abuse, thresholds["abusive"]),
        language=language,
        unsure=("language",) if language.label == UNKNOWN else (),
        also=decide.further_intents(further, intent.label),
    )


def _by_layer(text: str, verdict: Verdict, card: Card) -> Verdict:
    """The same with the sentiment of the language's linear layer, where that was found to be better."""
    layer = layers().get(verdict.language.label) if verdict.language.label in card.linear else None
    return verdict if layer is None else replace(verdict, sentiment=decide.sentiment(layer.scores(text)))


def _foreign(text: str, verdict: Verdict) -> Verdict:
    """What is said of a text that the model cannot read: by word lists, and by a layer of its own for the sentiment of some languages.

    In any other language it is no more than a guess, and told as one.
    """
    layer = layers().get(verdict.language.label)
    if layer is not None:
        doubts = tuple(name for name in verdict.unsure if name != "sentiment")
        return replace(verdict, sentiment=decide.sentiment(layer.scores(text)), unsure=doubts)
    is_guess = {"sentiment", "intent", "urgency"} <= set(verdict.unsure)
    return replace(verdict, unsure=(*verdict.unsure, "language")) if is_guess else verdict


def _session(file: Path) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise EngineUnavailable(
            f'the onnx engine needs onnxruntime ({error}): pip install onnxruntime, or set engine = "lexicon"'
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER)
    except Exception as error:  # the runtime has no common class for its errors
        raise EngineUnavailable(
            f"{file} cannot be loaded: {error}. Set [classifier] model to a folder that `careline train` wrote"
        ) from error


def _tokenizer(file: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises bare Exception
        raise EngineUnavailable(
            f"{file} cannot be read: {error}. Set [classifier] model to a folder that `careline train` wrote"
        ) from error
    # Its file may ask for padding to 128 tokens, which would make every text four times as slow as it is.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
