"""Any sequence-classification model of the transformers library, by folder or hub name, with its labels mapped to ours in the settings.

A question without a label map is answered by the lexicon. torch and transformers are loaded when the engine is made, never when this file is imported.
"""

import importlib.util
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from classifier import decide
from classifier.engine import EngineError, EngineUnavailable
from classifier.engines.lexicon import LexiconEngine
from classifier.settings import ClassifierSettings
from classifier.text import normalise
from desk.labels.verdict import QUESTIONS, Answer, Verdict
from storage.words import Intent, Sentiment, Urgency

MAX_TOKENS: Final = 256
"""A mention is rarely longer, and time grows with length."""

OURS: Final[Mapping[str, tuple[str, ...]]] = {
    "sentiment": tuple(Sentiment),
    "intent": tuple(Intent),
    "needs_reply": ("true", "false"),
    "urgency": tuple(Urgency),
    "abusive": ("true", "false"),
}
"""The labels that a model's labels may be mapped to, by question."""

LabelMap = Mapping[str, str]
Scores = dict[str, float]


class HuggingFaceEngine:
    """One model for the questions that `[classifier.labels]` maps; the lexicon for the others."""

    name = "huggingface"

    def __init__(self, settings: ClassifierSettings) -> None:
        if not settings.model:
            raise EngineUnavailable('the huggingface engine needs a model: set [classifier] model = "/folder/of/the/model" or a hub name')
        _check_torch()
        self._settings = settings
        self._lexicon = LexiconEngine(settings)
        self._tokenizer, self._model = _load(settings.model, allow_download=settings.allow_download)
        self._labels = _labels_of(self._model, settings.model)
        _check_maps(settings.labels, self._labels, settings.model)
        self._limit = _limit(self._tokenizer, self._model)
        self.version = _version(settings.model, self._model)
        self._turn = threading.Lock()
        """The fast tokenizers fail with "Already borrowed" when two threads use one of them."""

    def classify(self, texts: Sequence[str]) -> list[Verdict]:
        """Batches are sorted by length, so that short texts are not padded to the longest. Raises EngineError."""
        verdicts = self._lexicon.classify(texts)
        plain = [normalise(text) for text in texts]
        order = sorted(range(len(plain)), key=lambda at: len(plain[at]))
        for start in range(0, len(order), self._settings.batch):
            places = order[start : start + self._settings.batch]
            for place, scores in zip(places, self._scores([plain[at] for at in places]), strict=True):
                verdicts[place] = self._answered(verdicts[place], scores)
        return verdicts

    def _scores(self, texts: Sequence[str]) -> list[Scores]:
        import torch

        try:
            with self._turn:
                tokens = self._tokenizer(texts, padding=True, truncation=True, max_length=self._limit, return_tensors="pt")
            with torch.inference_mode():
                logits = self._model(**tokens).logits.float()
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            raise EngineError(f"the model {self._settings.model!r} failed on a batch of {len(texts)}: {error}") from error
        return [dict(zip(self._labels, row, strict=True)) for row in _probabilities(logits, self._model.config).tolist()]

    def _answered(self, verdict: Verdict, scores: Scores) -> Verdict:
        answers: dict[str, Any] = {
            question: _answer(question, _ours(question, scores, names)) for question, names in self._settings.labels.items()
        }
        answered: Verdict = replace(verdict, **answers)
        doubts = {*decide.unsure(answered, self._settings.thresholds), *(set(verdict.unsure) - answers.keys())}
        return replace(answered, unsure=tuple(name for name in QUESTIONS if name in doubts))


def _check_torch() -> None:
    if importlib.util.find_spec("torch") is None:
        raise EngineUnavailable(
            "the huggingface engine needs torch: pip install 'careline[torch]', or set [classifier] engine = \"lexicon\""
        )


def _load(model: str, *, allow_download: bool) -> tuple[Any, Any]:
    """The tokenizer and the model, from this machine unless a download was allowed. Code that comes with a model is never run."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    where: dict[str, Any] = {"local_files_only": not allow_download, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(model, **where)
        classifier = AutoModelForSequenceClassification.from_pretrained(model, **where)
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise EngineUnavailable(_what_to_do(model, error, allow_download=allow_download)) from error
    return tokenizer, classifier.eval()


def _what_to_do(model: str, error: Exception, *, allow_download: bool) -> str:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if Path(model).exists():
        return f"the folder {model!r} holds no usable sequence-classification model ({reason}). It needs config.json, the weights and the tokenizer"
    if not allow_download:
        return (
            f"the model {model!r} is not on this machine. Give a folder, or set [classifier] allow_download = true to fetch it ({reason})"
        )
    return f"the model {model!r} could not be fetched ({reason}). Check its name and the network, or give a folder"


def _labels_of(model: Any, name: str) -> list[str]:
    names = {int(place): str(label) for place, label in model.config.id2label.items()}
    labels = [names[place] for place in sorted(names)]
    if len(labels) < 2 or model.config.problem_type == "regression":
        raise EngineUnavailable(f"the model {name!r} gives one number, not labels: choose a classification model")
    return labels


def _check_maps(maps: Mapping[str, LabelMap], labels: Sequence[str], model: str) -> None:
    if not maps:
        raise EngineUnavailable(f"the labels of the model {model!r} are not mapped. {_example('sentiment', labels)}")
    for question, names in maps.items():
        if question not in OURS:
            raise EngineUnavailable(f"[classifier.labels.{question}]: unknown question. Expected one of: {', '.join(OURS)}")
        missing = [label for label in labels if label not in names]
        unknown = sorted({*names} - {*labels})
        wrong = sorted({*names.values()} - {*OURS[question]})
        if missing or unknown or wrong:
            raise EngineUnavailable(_wrong_map(question, labels, missing=missing, unknown=unknown, wrong=wrong))


def _wrong_map(question: str, labels: Sequence[str], *, missing: Sequence[str], unknown: Sequence[str], wrong: Sequence[str]) -> str:
    faults = (
        (missing, "the model's labels that are not mapped"),
        (unknown, "not a label of the model"),
        (wrong, f"not a label of {question} ({', '.join(OURS[question])})"),
    )
    what = "; ".join(f"{words}: {', '.join(names)}" for names, words in faults if names)
    return f"[classifier.labels.{question}]: {what}. {_example(question, labels)}"


def _example(question: str, labels: Sequence[str]) -> str:
    pairs = ", ".join(f'"{label}" = "{OURS[question][at % len(OURS[question])]}"' for at, label in enumerate(labels[:4]))
    return f"Name one of ours for each of the model's {len(labels)}. Example: [classifier.labels.{question}] with {pairs}"


def _limit(tokenizer: Any, model: Any) -> int:
    """Tokens that the model can take. RoBERTa's two extra positions are no room."""
    positions = getattr(model.config, "max_position_embeddings", None) or MAX_TOKENS + 2
    return int(min(MAX_TOKENS, tokenizer.model_max_length, positions - 2))


def _version(model: str, loaded: Any) -> str:
    commit = getattr(loaded.config, "_commit_hash", None)
    return f"{Path(model).name}{'@' + str(commit)[:8] if commit else ''}"[:40]


def _probabilities(logits: Any, config: Any) -> Any:
    import torch

    if config.problem_type != "multi_label_classification":
        return torch.softmax(logits, dim=-1)
    each = torch.sigmoid(logits)
    return each / each.sum(dim=-1, keepdim=True).clamp_min(1e-9)


def _ours(question: str, scores: Scores, names: LabelMap) -> Scores:
    """The model's probabilities, summed by our labels; a label that nothing is mapped to has none."""
    ours = dict.fromkeys(OURS[question], 0.0)
    for label, probability in scores.items():
        ours[names[label]] += probability
    total = sum(ours.values())
    return {label: value / total for label, value in ours.items()} if total else {label: 1.0 / len(ours) for label in ours}


def _answer(question: str, scores: Scores) -> Answer[Any]:
    """The likeliest label: the thresholds of classifier/decide.py belong to the lexicon's own probabilities."""
    best = max(scores, key=lambda label: scores[label])
    words = {"sentiment": Sentiment, "intent": Intent, "urgency": Urgency}
    label = words[question](best) if question in words else best == "true"
    return Answer(label, scores[best], scores)
