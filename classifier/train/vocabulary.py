"""The part of a unigram vocabulary that some languages need: of 250,000 pieces of a hundred languages most would only take room."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

SPECIAL: Final = ("<s>", "<pad>", "</s>", "<unk>")
MOST: Final = 72_000
"""Pieces that are kept: with them the folder of a pack stays under 60 MB."""

WRITTEN: Final = 10
"""A character that the texts hold so often belongs to how these languages are written."""

JOINT: Final = "\u2581"
"""What SentencePiece writes where a word begins."""


def kept(pieces: Sequence[str], scores: Sequence[float], texts: Sequence[str], *, most: int = MOST) -> list[int]:
    """Which tokens stay, in their old order.

    The special ones, every single character, what the texts are made of (the most frequent first), and what else is spelt with the texts'
    characters (the likeliest first).
    """
    used = Counter(token for encoding in tokenizer(pieces, scores).encode_batch(list(texts)) for token in encoding.ids)
    written = _written(texts)
    single = (token for token, piece in enumerate(pieces) if len(piece) == 1)
    spelt = (token for token, piece in enumerate(pieces) if written.issuperset(piece))
    wanted = [
        *(pieces.index(piece) for piece in SPECIAL),
        *single,
        *(token for token, _ in used.most_common()),
        *sorted(spelt, key=lambda token: -scores[token]),
    ]
    return sorted(_first(wanted, most))


def tokenizer(pieces: Sequence[str], scores: Sequence[float]) -> Any:
    """A tokenizer of these pieces: a token's number is its place. The text's beginning and end are marked."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    first, _, last, unknown = (pieces.index(piece) for piece in SPECIAL)
    made = Tokenizer(models.Unigram(list(zip(pieces, map(float, scores), strict=True)), unknown, byte_fallback=False))
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement=JOINT, prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(
        f"{SPECIAL[0]} $A {SPECIAL[2]}", special_tokens=[(SPECIAL[0], first), (SPECIAL[2], last)]
    )
    return made


def _written(texts: Iterable[str]) -> set[str]:
    counts = Counter(sign for text in texts for sign in text)
    return {JOINT, *(sign for sign, times in counts.items() if times >= WRITTEN)}


def _first(wanted: Iterable[int], most: int) -> list[int]:
    return list(dict.fromkeys(wanted))[:most]
