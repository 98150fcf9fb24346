"""JSON as it goes out, plain and compressed. What many answers have in common is written and compressed once; each adds what is its own."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GZIP = 16 + zlib.MAX_WBITS
LEVEL = 4
"""Higher ones take twice the time for a twentieth of the size."""

SMALLEST = 512
"""Bytes below which compressing gains nothing."""


@dataclass(frozen=True, slots=True)
class Packed:
    """The text of a JSON object in pieces, some of which it may share with others. `packed` is empty where compressing is not worth it."""

    plain: tuple[bytes, ...]
    packed: tuple[bytes, ...] = ()

    @property
    def body(self) -> bytes:
        return b"".join(self.plain)

    @property
    def gzipped(self) -> bytes | None:
        return b"".join(self.packed) if self.packed else None


class Common:
    """The members that many objects begin with; there is at least one."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._plain = _written(values)[:-1]
        self._packer = zlib.compressobj(LEVEL, wbits=GZIP)
        self._packed = self._packer.compress(self._plain) + self._packer.flush(zlib.Z_SYNC_FLUSH)

    def with_own(self, values: Mapping[str, Any]) -> Packed:
        """The whole object, with more members after the common ones."""
        own = b"," + _written(values)[1:]
        packer = self._packer.copy()
        return Packed((self._plain, own), (self._packed, packer.compress(own) + packer.flush()))


def alone(values: Mapping[str, Any]) -> Packed:
    """An object that shares nothing."""
    body = _written(values)
    return Packed((body,), (zlib.compress(body, LEVEL, wbits=GZIP),) if len(body) >= SMALLEST else ())


def _written(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
