"""Forget an author: the journal's line first, then step by step until nothing is left. A run that was killed is taken up where it was.

The journal lies outside the database, so that a backup which still knows somebody is told, after it was restored, whom to forget.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from careline.erasure_journal import BEGUN, DONE, POSTS, Entry, Journal, fingerprint
from desk.forgetting import author_erasure
from desk.forgetting.author_erasure import CASES_AT_ONCE, PAGES, POSTS_AT_ONCE, STEPS, WORDS
from desk.intake import erasure
from desk.settings import DeskSettings
from storage import raw, scrub
from storage.database import Database
from storage.models import Author, Erasure

log = logging.getLogger(__name__)

AUTHORS_AT_ONCE = 5_000

Told = Callable[[str], None]


def _silent(_: str) -> None:
    """Nobody watches."""


class NotScrubbed(Exception):
    """Everything is erased, but readers keep the database's log open: stop `careline up`, or try again in a moment."""


class Forgetting:
    """Erases authors of one workspace. `told` hears of each step that was done."""

    def __init__(self, database: Database, journal: Journal, settings: DeskSettings, *, told: Told = _silent) -> None:
        self._database, self._journal, self._settings, self._told = database, journal, settings, told

    def forget(self, author_id: int, *, reason: str) -> dict[str, Any]:
        """Erase an author; the certificate. Raises NotFound, Invalid for an account of ours, and NotScrubbed."""
        return self.forget_all([author_id], reason=reason)[0]

    def forget_all(self, author_ids: Sequence[int], *, reason: str) -> list[dict[str, Any]]:
        """Erase several authors, their pages and the log once for all of them; raises as `forget` does."""
        return self._end([self._forget(author_id, reason=reason) for author_id in author_ids])

    def _forget(self, author_id: int, *, reason: str) -> str:
        """All but the pages of one author; the erasure's id."""
        with self._database.read() as session:
            author = author_erasure.author_to_forget(session, author_id)
            id_hash = erasure.hash_of_author(author.source, author.site, author.external_id, self._settings.secret)
            begun = author_erasure.unfinished(session, id_hash)
            said = author_erasure.words_of(session, author).without(reason)[: author_erasure.LONGEST_REASON]
        erasure_id = begun.id if begun else uuid4().hex
        if begun is None:
            told = {"source": author.source, "site": author.site, "author": id_hash, "reason": said}
            at = self._database.now().isoformat()
            self._journal.append(erasure_id, BEGUN, at=at, key=fingerprint(self._settings.secret), **told)
            self._told("journal")
        self._erase(erasure_id, author_id, reason=said)
        return erasure_id

    def replay(self) -> int:
        """Follow what the journal says and this database has not done, as after a restore; how many erasures that were."""
        waiting = not_applied(self._database, self._journal)
        ours = [entry for entry in waiting if entry.key == fingerprint(self._settings.secret)]
        for (source, site), entries in groupby(sorted(ours, key=_place), key=_place):
            self._replay(source, site, list(entries))
        return len(ours)

    def _replay(self, source: str, site: str, entries: Sequence[Entry]) -> None:
        now = self._database.now()
        with self._database.write() as session:
            hashes = [(site, id_hash) for entry in entries for id_hash in (entry.author, *sorted(entry.posts))]
            erasure.bury_hashes(session, source, hashes, reason=author_erasure.REASON, now=now)
            begun = {entry.id: row.author_id for entry in entries if (row := session.get(Erasure, entry.id))}
        found = self._authors(source, site, {entry.author for entry in entries})
        theirs = {entry: author_id for entry in entries if (author_id := begun.get(entry.id) or found.get(entry.author)) is not None}
        for entry, author_id in theirs.items():
            self._erase(entry.id, author_id, reason=entry.reason)
        for entry in entries:
            if entry not in theirs:
                self._note(entry, now=now)
        self._end([entry.id for entry in theirs])

    def _authors(self, source: str, site: str, hashes: set[str]) -> dict[str, int]:
        """Whose hashes these are: nothing but trying everybody of the place can tell."""
        with self._database.read() as session:
            theirs = select(Author.id, Author.external_id).where(Author.source == source, Author.site == site)
            rows = session.execute(theirs.execution_options(yield_per=AUTHORS_AT_ONCE))
            secret = self._settings.secret
            return {
                id_hash: author_id
                for author_id, external_id in rows
                if (id_hash := erasure.hash_of_author(source, site, external_id, secret)) in hashes
            }

    def _note(self, entry: Entry, *, now: datetime) -> None:
        """There is nobody to forget in this database; written down so that nobody looks again."""
        told = {"source": entry.source, "site": entry.site, "author_hash": entry.author, "reason": entry.reason, "begun_at": entry.begun_at}
        with self._database.write() as session:
            if session.get(Erasure, entry.id) is None:
                session.add(Erasure(id=entry.id, done_at=now, step="", counts={}, **told))
            else:
                author_erasure.finish(session, entry.id, {}, now=now)

    def _erase(self, erasure_id: str, author_id: int, *, reason: str) -> None:
        with self._writing() as session:
            author = author_erasure.author_to_forget(session, author_id)
            row = author_erasure.begin(session, erasure_id, author, reason=reason, settings=self._settings, now=self._database.now())
            standing = row.step
        self._told("begun")
        steps = {WORDS: self._clear_words, author_erasure.POSTS: self._erase_posts}
        for step in STEPS[STEPS.index(standing) : STEPS.index(PAGES)]:
            steps[step](erasure_id, author_id)
            self._told(step)

    def _clear_words(self, erasure_id: str, author_id: int) -> None:
        with self._database.read() as session:
            author, ids = session.get_one(Author, author_id), author_erasure.case_ids(session, author_id)
            words, names = author_erasure.words_of(session, author), author_erasure.names_of(author)
        while len(ids) > CASES_AT_ONCE:
            batch, ids = ids[:CASES_AT_ONCE], ids[CASES_AT_ONCE:]
            with self._writing() as session:
                cleared = author_erasure.clear_cases(session, batch, words, now=self._database.now())
                author_erasure.step_done(session, erasure_id, cleared)
            self._told("cases")
        repacked = raw.without(self._database, names)
        with self._writing() as session:
            cleared = author_erasure.clear_cases(session, ids, words, now=self._database.now())
            author = session.get_one(Author, author_id)
            rest = author_erasure.clear_rest(session, author, author_erasure.words_of(session, author), now=self._database.now())
            author_erasure.step_done(session, erasure_id, {**cleared, **rest, "repacked": repacked}, then=author_erasure.POSTS)

    def _erase_posts(self, erasure_id: str, author_id: int) -> None:
        while True:
            with self._database.read() as session:
                author = session.get_one(Author, author_id)
                source, site = author.source, author.site
                posts = author_erasure.next_posts(session, author_id, limit=POSTS_AT_ONCE)
            hashes = [erasure.hash_of(source, site, external_id, self._settings.secret) for _, external_id in posts]
            self._journal.append(erasure_id, POSTS, posts=hashes)
            if len(posts) < POSTS_AT_ONCE:
                break
            with self._writing() as session:
                author_erasure.erase_posts(session, posts, settings=self._settings, now=self._database.now())
                author_erasure.step_done(session, erasure_id, {"mentions": len(posts)})
            self._told("some posts")
        with self._writing() as session:
            counted = author_erasure.erase_author(session, author_id, settings=self._settings, now=self._database.now())
            author_erasure.step_done(session, erasure_id, counted, then=PAGES)

    def _end(self, erasure_ids: Sequence[str]) -> list[dict[str, Any]]:
        """The pages and the log, once for all of them; the certificates."""
        if not erasure_ids:
            return []
        done = scrub.scrub(self._database)
        if not done.is_whole:
            raise NotScrubbed(f"Everything is erased, but not from the database's log. {done.log}: stop careline up, and do it again")
        self._told(PAGES)
        return [self._finish(erasure_id, pages=done.pages, log=done.log) for erasure_id in erasure_ids]

    def _finish(self, erasure_id: str, **pages: str) -> dict[str, Any]:
        with self._writing() as session:
            row = session.get_one(Erasure, erasure_id)
            now = self._database.now()
            told = {"erasure": row.id, "source": row.source, "site": row.site, "reason": row.reason}
            certificate = {**told, "begun_at": row.begun_at.isoformat(), "done_at": now.isoformat(), "erased": {**row.counts, **pages}}
            author_erasure.finish(session, erasure_id, certificate, now=now)
        self._journal.append(erasure_id, DONE, certificate=certificate)
        return certificate

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """A transaction that leaves nothing of what it deletes."""
        with self._database.write() as session:
            scrub.zero(session)
            yield session


def _place(entry: Entry) -> tuple[str, str]:
    return entry.source, entry.site


def not_applied(database: Database, journal: Journal) -> list[Entry]:
    """What the journal says and this database has not done to its end."""
    entries = journal.entries()
    with database.read() as session:
        done = set(session.scalars(select(Erasure.id).where(Erasure.done_at.is_not(None)))) if entries else set()
    return [entry for entry in entries if entry.id not in done]


def forget_again(database: Database, journal: Journal, settings: DeskSettings) -> None:
    """What a start does: a database that was put back from a backup, by whatever hand, still knows whom it should not."""
    try:
        done = Forgetting(database, journal, settings).replay()
    except NotScrubbed as error:
        log.warning("erasures done again, not to their end: %s", error)
        return
    if done:
        log.info("erasures done again, as the journal says: %d", done)
