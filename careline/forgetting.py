"""Forget an author: the journal's line first, then step by step until nothing is left. A run that was killed is taken up where it was.

The journal lies outside the database, so that a backup which still knows somebody is told, after it was restored, whom to forget.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from careline.erasure_journal import BEGUN, DONE, POSTS, Entry, Journal, fingerprint
from desk.access import cases_to_change
from desk.forgetting import author_erasure, clearing
from desk.forgetting.author_erasure import CASES_AT_ONCE, PAGES, POSTS_AT_ONCE, WORDS
from desk.intake import erasure
from desk.settings import DeskSettings
from storage import raw, scrub
from storage.database import Database
from storage.models import Author, Case, Erasure, Mention

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
            posts = self._hashes(author, author_erasure.next_posts(session, author_id, limit=POSTS_AT_ONCE))
            now = self._database.now(session)
        erasure_id = begun.id if begun else uuid4().hex
        if begun is None:
            told = {"source": author.source, "site": author.site, "author": id_hash, "reason": said}
            begin = {"at": now.isoformat(), "key": fingerprint(self._settings.secret), **told}
            self._journal.extend(erasure_id, {BEGUN: begin, POSTS: {"posts": posts}})
            self._told("journal")
        self._erase(erasure_id, author_id, reason=said, written=() if begun else posts, now=now)
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
            self._erase(entry.id, author_id, reason=entry.reason, written=entry.posts, now=self._database.now())
        for entry in entries:
            if entry not in theirs:
                self._note_nobody(entry, now=now)
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

    def _note_nobody(self, entry: Entry, *, now: datetime) -> None:
        """There is nobody to forget in this database; written down so that nobody looks again."""
        told = {"source": entry.source, "site": entry.site, "author_hash": entry.author, "reason": entry.reason, "begun_at": entry.begun_at}
        with self._database.write() as session:
            if session.get(Erasure, entry.id) is None:
                session.add(Erasure(id=entry.id, done_at=now, step="", counts={}, **told))
            else:
                author_erasure.finish(session, entry.id, {}, now=now)

    def _erase(self, erasure_id: str, author_id: int, *, reason: str, written: Collection[str], now: datetime) -> None:
        """All steps but the pages. `written`: the hashes of posts that the journal has; the others come into it before their post goes."""
        with self._writing() as session:
            author = author_erasure.author(session, author_id)
            step = author_erasure.begin(session, erasure_id, author, reason=reason, settings=self._settings, now=now).step
            ids, names = clearing.case_ids(session, author_id), author_erasure.names_of(author)
            is_named = bool(raw.naming(session, names))
        self._told("begun")
        if step == WORDS:
            repacked = raw.without(self._database, names) if is_named else 0
            few = self._clear_words(erasure_id, author_id, ids)
            step = self._clear_last(erasure_id, author_id, few, written, repacked=repacked, now=now)
        if step == author_erasure.POSTS:
            self._erase_posts(erasure_id, author_id, written)

    def _clear_words(self, erasure_id: str, author_id: int, ids: Sequence[int]) -> Sequence[int] | None:
        """Of somebody with many cases all but the last ones, a batch at a time: which are left. None for somebody who has few."""
        if len(ids) <= CASES_AT_ONCE:
            return None
        with self._database.read() as session:
            words = author_erasure.words_of(session, author_erasure.author(session, author_id))
        while len(ids) > CASES_AT_ONCE:
            batch, ids = ids[:CASES_AT_ONCE], ids[CASES_AT_ONCE:]
            with self._writing() as session:
                cleared = clearing.clear_cases(session, cases_to_change(session, batch), words, now=self._database.now())
                author_erasure.step_done(session, erasure_id, cleared)
            self._told("cases")
        return ids

    def _clear_last(
        self, erasure_id: str, author_id: int, left: Sequence[int] | None, written: Collection[str], *, repacked: int, now: datetime
    ) -> str:
        """The rest of the words; of somebody with few cases and few posts, as nearly everybody is, these as well. The step that follows."""
        with self._writing() as session:
            author, posts = author_erasure.lock(session, author_id), author_erasure.lock_posts(session, author_id, limit=POSTS_AT_ONCE)
            cases = author_erasure.lock_cases(session, author_id) if left is None else cases_to_change(session, left)
            words = author_erasure.words_of(session, author)
            cleared = clearing.clear_cases(session, cases, words, now=now)
            counted = {**cleared, **clearing.clear_rest(session, author, words, now=now), "repacked": repacked}
            then = author_erasure.POSTS
            if left is None and len(posts) < POSTS_AT_ONCE:
                self._told(WORDS)
                counted |= self._erase_last(session, erasure_id, author, posts, cases, written, now=now)
                then = PAGES
            author_erasure.step_done(session, erasure_id, counted, then=then)
        self._told(WORDS if then == author_erasure.POSTS else author_erasure.POSTS)
        return then

    def _erase_posts(self, erasure_id: str, author_id: int, written: Collection[str]) -> None:
        """Of somebody with many posts a batch at a time; the last of them with the author."""
        while True:
            with self._database.read() as session:
                author = author_erasure.author(session, author_id)
                posts = author_erasure.next_posts(session, author_id, limit=POSTS_AT_ONCE)
            if len(posts) < POSTS_AT_ONCE:
                break
            self._note(erasure_id, self._hashes(author, posts), written)
            with self._writing() as session:
                author_erasure.erase_posts(session, posts, settings=self._settings, now=self._database.now())
                author_erasure.step_done(session, erasure_id, {"mentions": len(posts)})
            self._told("some posts")
        with self._writing() as session:
            author, last = author_erasure.lock(session, author_id), author_erasure.lock_posts(session, author_id, limit=POSTS_AT_ONCE)
            cases = author_erasure.lock_cases(session, author_id)
            counted = self._erase_last(session, erasure_id, author, last, cases, written, now=self._database.now())
            author_erasure.step_done(session, erasure_id, counted, then=PAGES)
        self._told(author_erasure.POSTS)

    def _erase_last(
        self,
        session: Session,
        erasure_id: str,
        author: Author,
        posts: Sequence[Mention],
        cases: Mapping[int, Case],
        written: Collection[str],
        *,
        now: datetime,
    ) -> dict[str, int]:
        self._note(erasure_id, self._hashes(author, [(post.id, post.external_id) for post in posts]), written)
        return author_erasure.erase_author(session, author, posts, cases, settings=self._settings, now=now)

    def _hashes(self, author: Author, posts: Sequence[tuple[int, str]]) -> list[str]:
        return [erasure.hash_of(author.source, author.site, external_id, self._settings.secret) for _, external_id in posts]

    def _note(self, erasure_id: str, posts: Sequence[str], written: Collection[str]) -> None:
        if new := [id_hash for id_hash in posts if id_hash not in written]:
            self._journal.append(erasure_id, POSTS, posts=new)

    def _end(self, erasure_ids: Sequence[str]) -> list[dict[str, Any]]:
        """The pages and the log, once for all of them; the certificates."""
        if not erasure_ids:
            return []
        done = scrub.scrub(self._database)
        while done.is_whole and self._has_come_late(erasure_ids):
            done = scrub.scrub(self._database)
        if not done.is_whole:
            raise NotScrubbed(f"Everything is erased, but not from the database's log. {done.log}: stop careline up, and do it again")
        self._told(PAGES)
        return [self._finish(erasure_id, pages=done.pages, log=done.log) for erasure_id in erasure_ids]

    def _has_come_late(self, erasure_ids: Sequence[str]) -> bool:
        """A page that was read before the tombstone stood may be stored behind the last step: its posts go, too. Whether there was one."""
        with self._database.read() as session:
            late = author_erasure.with_posts(session, erasure_ids)
        for erasure_id, author_id in late:
            self._erase_posts(erasure_id, author_id, ())
        return bool(late)

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
