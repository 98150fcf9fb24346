"""Texts that were read lately: a post that many repeat, or that is only linked anew, is the same to a classifier."""

import re
import threading
from collections import OrderedDict
from typing import Any, Final

_REPEATED: Final = re.compile(r"^\s*rt\s+@user\s*:?\s*", re.IGNORECASE)
_ASIDE: Final = re.compile(r"@user|http|\W+", re.IGNORECASE)


def key_of(normalised: str) -> str:
    """What near duplicates share: the words in their order, without handles, links and who repeated it. Marks that carry a mood stay."""
    text = _REPEATED.sub("", normalised.casefold())
    marks = "".join(sign for sign in "?!" if sign in text)
    return f"{' '.join(_ASIDE.sub(' ', text).split())} {marks}"


class Known:
    """The last `most` keys and what was found for each. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[str, Any] = OrderedDict()
        self._turn = threading.Lock()

    def get(self, key: str) -> Any:
        """None when the key is not known."""
        with self._turn:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: str, value: Any) -> None:
        with self._turn:
            self._found[key] = value
            self._found.move_to_end(key)
            if len(self._found) > self._most:
                self._found.popitem(last=False)
