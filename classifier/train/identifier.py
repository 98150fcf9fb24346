"""py3langid's model in the shape that classifier/identify.py reads: only our languages, and its automaton as two tables of pieces.

    python -m classifier.train.identifier

writes the file that ships. The library and its model are BSD-3-Clause (Marco Lui, Adrien Barbaresi); their licence lies beside the file.
"""

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from classifier.identify import EMPTY, LONGEST, NOTHING, SHIPPED, SLOTS, keyed, slots_of
from classifier.language import LANGUAGES

PUSHES: Final = 500
"""So often a piece may push another out of its place before the tables count as too full."""


class Full(Exception):
    """The tables have no room for all pieces: more bits for SLOTS, or other factors."""


def library() -> Any:
    """The library's own reader, restricted to our languages."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages(LANGUAGES)
    return found


def arrays(reader: Any) -> dict[str, Any]:
    """What the file holds. Raises Full, and ValueError for a model that this cannot express."""
    pieces = dict(_pieces(reader))
    if max(map(len, pieces)) > LONGEST:
        raise ValueError(f"a piece is longer than {LONGEST} bytes")
    keys, features = _tables(pieces)
    return {
        "keys": keys,
        "features": features,
        "likelihoods": np.asarray(reader.nb_ptc, dtype=np.float16),
        "prior": np.asarray(reader.nb_pc, dtype=np.float32),
        "codes": np.array(reader.nb_classes),
    }


def _pieces(reader: Any) -> Iterator[tuple[bytes, int]]:
    """Each state of the automaton stands for the longest known piece that was just read: the shortest way to it spells the piece."""
    moves, rows = np.asarray(reader.tk_nextmove).reshape(-1, 256), np.asarray(reader.tk_row)
    met, waiting = {0}, deque([(0, b"")])
    while waiting:
        state, piece = waiting.popleft()
        for byte, following in enumerate(moves[rows[state]].tolist()):
            if following not in met:
                met.add(following)
                longer = piece + bytes([byte])
                waiting.append((following, longer))
                yield longer, max(NOTHING, reader.tk_output[following])


def _tables(pieces: dict[bytes, int]) -> tuple[Any, Any]:
    """Every piece in one of its two slots (Pagh and Rodler's cuckoo hashing): whether it is known takes two looks."""
    numbers = np.concatenate([keyed(np.array([int.from_bytes(piece)], dtype=np.uint64), len(piece)) for piece in pieces])
    places = slots_of(numbers).tolist()
    taken: dict[int, int] = {}
    for piece in range(len(numbers)):
        _settle(piece, places, taken)
    keys, features = np.full(2 << SLOTS, EMPTY, dtype=np.uint64), np.full(2 << SLOTS, NOTHING, dtype=np.int32)
    slots, held = list(taken), list(taken.values())
    keys[slots], features[slots] = numbers[held], np.array(list(pieces.values()))[held]
    return keys, features


def _settle(piece: int, places: list[list[int]], taken: dict[int, int]) -> None:
    for turn in range(PUSHES):
        slot = places[turn % 2][piece]
        pushed = taken.get(slot)
        taken[slot] = piece
        if pushed is None:
            return
        piece = pushed
    raise Full(f"no place for a piece after {PUSHES} pushes")


def write(file: Path = SHIPPED) -> None:
    """Raises Full and ValueError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(file, **arrays(library()))


if __name__ == "__main__":
    write()
