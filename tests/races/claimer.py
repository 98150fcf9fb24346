"""One agent in a process of its own: tries to claim every case it is told of, then takes whatever is next; prints what it got."""

import json
import sys

from desk.cases import cases
from desk.errors import AlreadyClaimed
from desk.people import people
from storage.database import Database
from tests.support.desk import NOON
from tests.support.race import shuffled


def main(url: str, person_id: int, first: int, last: int) -> None:
    database = Database(url)
    won, lost = [], {}
    for case_id in shuffled(range(first, last + 1), seed=person_id):
        try:
            with database.write() as session:
                cases.claim(session, case_id, by=people.active(session, person_id), now=NOON)
            won.append(case_id)
        except AlreadyClaimed as refusal:
            lost[case_id] = refusal.by
    while True:
        with database.write() as session:
            case = cases.claim_next(session, by=people.active(session, person_id), now=NOON)
            if case is None:
                break
            won.append(case.id)
    database.close()
    sys.stdout.write(json.dumps({"won": won, "lost": lost}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
