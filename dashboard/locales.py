"""The language and the zone that each person reads the board in, kept in memory: every open board asks each second.

What a person chooses here counts at once; a change that another process makes, within a minute.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass

from storage.database import Database
from storage.models import Person

KEPT_S = 60.0
MOST = 4096


@dataclass(frozen=True, slots=True)
class Locale:
    """A language of `texts.language.NAMES` and an IANA time zone."""

    language: str
    zone: str


class Locales:
    """The people of one workspace. `default` is the workspace's own. Safe to ask from several threads."""

    def __init__(self, database: Database, default: Locale) -> None:
        self.default = default
        self._database = database
        self._kept: OrderedDict[int, tuple[float, Locale]] = OrderedDict()

    def known(self, person_id: int) -> Locale | None:
        """Where it takes no look at the database, else None."""
        found = self._kept.get(person_id)
        return found[1] if found and time.monotonic() - found[0] < KEPT_S else None

    def of(self, person_id: int) -> Locale:
        """Theirs; the workspace's for somebody who chose nothing, or is nobody."""
        found = self.known(person_id)
        if found is not None:
            return found
        with self._database.read() as session:
            person = session.get(Person, person_id)
            return self.read(person) if person else self.default

    def read(self, person: Person) -> Locale:
        """What stands in a row that was read just now; remembered."""
        locale = Locale(person.locale or self.default.language, person.zone or self.default.zone)
        self._kept[person.id] = (time.monotonic(), locale)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return locale

    def forget(self, person_id: int) -> None:
        """They have just chosen otherwise."""
        self._kept.pop(person_id, None)
