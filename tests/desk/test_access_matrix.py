"""Every verb of the desk by every role: who may is let past the check, who may not is refused before anything is looked at.

A new verb with a parameter `by` is found by itself and fails here until it has its line in VERBS, or in INNER where only other verbs call it.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from sqlalchemy.orm import Session

import desk
from desk.errors import DeskError, NotAllowed
from desk.people import leaving
from desk.settings import DeskSettings
from desk.states import CARE, EXPORTS, FEEDS, LABELS, LEADS, MONEY, READ
from storage.database import Database
from storage.models import Person
from storage.words import Role
from tests.support.desk import NOON, person

ADMINS = frozenset({Role.ADMIN})
UNKNOWN = 424242

VERBS: dict[str, frozenset[Role]] = {
    "access.own_case": CARE,
    "approvals.approve": CARE,
    "approvals.ask": CARE,
    "approvals.ask_correction": CARE,
    "approvals.send_back": CARE,
    "approvals.withdraw": CARE,
    "asked_again.ask": CARE,
    "asked_again.seen": CARE,
    "attachments.add": CARE,
    "attachments.describe": CARE,
    "attachments.read": CARE,
    "attachments.remove": CARE,
    "attachments.require_room": CARE,
    "brands.add": FEEDS,
    "bulk.do": CARE,
    "bulk.set_team": CARE,
    "bulk.undo": CARE,
    "cases.claim": CARE,
    "cases.claim_next": CARE,
    "cases.hand_over": CARE,
    "cases.release": CARE,
    "cases.reopen": CARE,
    "cases.snooze": CARE,
    "cases.take_over": CARE,
    "caseview.case": READ,
    "changes.ask": CARE,
    "contact.block": LEADS,
    "contact.lift": LEADS,
    "contact.stop": CARE,
    "contact.unblock": LEADS,
    "corrections.confirm": LABELS,
    "corrections.correct": LABELS,
    "corrections.withdraw": LABELS,
    "costs.rows": READ,
    "customer.customer": READ,
    "drafts.save_draft": CARE,
    "errands.ask": FEEDS,
    "escalations.label": CARE,
    "escalations.set_owner": LEADS,
    "escalations.take_off": LEADS,
    "exports.choose": EXPORTS,
    "figure_exports.choose": EXPORTS,
    "figure_exports.read": EXPORTS,
    "exposure.own": READ,
    "exposure.set_counted": READ,
    "exposure.unfold": READ,
    "feed_clicks.adopt": FEEDS,
    "feed_clicks.click": FEEDS,
    "feed_previews.note_confirmed": FEEDS,
    "feeds.add": FEEDS,
    "feeds.change": FEEDS,
    "feeds.pause": FEEDS,
    "feeds.poll_now": FEEDS,
    "feeds.read_from_start": FEEDS,
    "feeds.resume": FEEDS,
    "feeds.retire": FEEDS,
    "figure_cases.cases": READ,
    "figure_cases.count": READ,
    "figure_cases.ids": READ,
    "held.confirm": CARE,
    "holds.hold": READ,
    "holds.leave": READ,
    "inbox.counts": READ,
    "incident_candidates.ask": READ,
    "incident_candidates.candidates": READ,
    "incident_cases.attach": CARE,
    "incident_cases.detach": CARE,
    "incident_ends.close_told": LEADS,
    "incident_ends.give_back": LEADS,
    "incident_statements.approve": LEADS,
    "incident_statements.propose": CARE,
    "incident_statements.remove": LEADS,
    "incident_telling.plan": LEADS,
    "incident_telling.stop": LEADS,
    "incident_telling.tell": LEADS,
    "incidents.begin": CARE,
    "incidents.change": LEADS,
    "incidents.close": LEADS,
    "incidents.let_attach": LEADS,
    "label_examples.drop": LEADS,
    "label_examples.paste": LEADS,
    "label_examples.say": LABELS,
    "label_heads.ask": LEADS,
    "leaving.leave": ADMINS,
    "leaving.preview": ADMINS,
    "locales.live_in": READ,
    "locales.speak": READ,
    "media.shown": READ,
    "mute_reach.offer": CARE | FEEDS,
    "mute_reach.reach": CARE | FEEDS,
    "mutes.add": CARE | FEEDS,
    "mutes.bring_back": CARE | FEEDS,
    "mutes.bring_back_one": CARE | FEEDS,
    "mutes.end": CARE | FEEDS,
    "mutes.listed": CARE | FEEDS,
    "notes.add_note": CARE,
    "notes.remove": CARE,
    "outcomes.close": CARE,
    "models.drop": LEADS,
    "models.go_back": LEADS,
    "models.take_over": LEADS,
    "own_labels.add": LEADS,
    "own_labels.change": LEADS,
    "own_labels.of_feed": LEADS,
    "own_labels.retire": LEADS,
    "own_labels.switch_off": LEADS,
    "own_labels.switch_on": LEADS,
    "people.add": ADMINS,
    "person_changes.change": ADMINS,
    "people.set_learning": LEADS,
    "performance.of_person": LEADS,
    "promises.cancel": CARE,
    "promises.change": CARE,
    "promises.keep": CARE,
    "promises.make": CARE,
    "regroup.merge": CARE,
    "regroup.open_for_mention": CARE,
    "regroup.split": CARE,
    "replies.prove": CARE,
    "replies.queue": CARE,
    "replies.retry": CARE,
    "replies.settle": CARE,
    "replies.tell": LEADS,
    "replies.undo": CARE,
    "resolutions.complete": LEADS,
    "roster.colleagues": LEADS,
    "routing.deal": LEADS,
    "routing.undo_deal": LEADS,
    "rule_dry_run.dry_run": LEADS,
    "rule_log.firings": LEADS,
    "rule_undo.undo_all": LEADS,
    "rule_undo.undo_firing": LEADS,
    "rules.add": LEADS,
    "rules.change": LEADS,
    "rules.disable": LEADS,
    "rules.enable": LEADS,
    "rules.listed": LEADS,
    "rules.move": LEADS,
    "rules.note_dry_run": LEADS,
    "rules.remove": LEADS,
    "rules.view": LEADS,
    "saved_replies.add": CARE,
    "saved_replies.change": CARE,
    "saved_replies.known": CARE,
    "saved_replies.offered": CARE,
    "saved_replies.retire": CARE,
    "saved_replies.share": CARE,
    "shifts.begin": LEADS,
    "shifts.end": CARE,
    "shifts.pause": LEADS,
    "signing.sign_as": CARE,
    "similar.ask": READ,
    "similar.seen": READ,
    "spot_checks.judge": LABELS,
    "switches.set": LEADS,
    "tags.add": LEADS,
    "tags.bring_back": LEADS,
    "tags.merge": LEADS,
    "tags.put": CARE,
    "tags.rename": LEADS,
    "tags.retire": LEADS,
    "tags.take_off": CARE,
    "teams.add": LEADS,
    "teams.rename": LEADS,
    "teams.retire": LEADS,
    "teams.set_limits": LEADS,
    "teams.set_members": LEADS,
    "teams.set_skills": LEADS,
    "thrift.raise_for_today": MONEY,
    "tour.begin": CARE,
    "tour.finish": CARE,
    "tour.leave": CARE,
    "training.approve": ADMINS,
    "training.withdraw": ADMINS,
    "views.offered": READ,
    "views.order": READ,
    "views.remove": READ,
    "views.rename": READ,
    "views.save": READ,
    "views.share": LEADS,
    "views.view": READ,
    "welcomes.note": CARE | FEEDS,
    "welcomes.noted": READ,
    "workload.of": CARE,
}
"""Who may. Where own and others' things differ, this is about those of others."""

INNER = frozenset(
    {
        "approvals.waiting",
        "audit.record",
        "changes.ready",
        "checks.require_unanswered",
        "endings.begin",
        "escalations.carry",
        "escalations.may_take_off",
        "exports.record",
        "figure_exports.record",
        "notes.of_case",
        "notes.write",
        "notices.tell",
        "pending_approvals.end",
        "pending_approvals.require_none",
        "pending_approvals.required",
        "pending_approvals.withdraw",
        "pending_approvals.withdraw_correction",
        "pending_approvals.withdraw_draft",
        "people.require",
        "presence.become",
        "privacy.sees",
        "recall.by_hand",
        "recall.tell",
        "replies.ready",
        "restraints.of_case",
        "routing.next_for",
        "saved_replies.values",
        "sight.sight_of",
        "tour.note",
    }
)
"""What only verbs call, after they have looked who may, or what tells whoever may not nothing."""

WITH: Mapping[str, Mapping[str, Any]] = {
    "escalations.set_owner": {"person_id": None},
    "tags.put": {"case_ids": [UNKNOWN]},
    "tags.take_off": {"case_ids": [UNKNOWN]},
}
"""Arguments without which a verb has nothing to refuse."""


def found() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the desk that acts for somebody."""
    for path in sorted(one.name for one in pkgutil.walk_packages(desk.__path__, "desk.") if not one.ispkg):
        module, name = importlib.import_module(path), path.rpartition(".")[2]
        for verb, function in sorted(vars(module).items()):
            is_own = inspect.isfunction(function) and function.__module__ == module.__name__ and not verb.startswith("_")
            if is_own and Person in _parts(get_type_hints(function).get("by")):
                yield f"{name}.{verb}", function


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)


def given(function: Callable[..., Any], session: Session, by: Person) -> dict[str, Any]:
    """Arguments of the right kind that mean nothing: ids of nothing, a word, an instant."""
    hints = get_type_hints(function)
    named = {"session": session, "by": by}
    parameters = inspect.signature(function).parameters.values()
    needed = [p for p in parameters if p.default is p.empty and p.kind not in {p.VAR_KEYWORD, p.VAR_POSITIONAL}]
    return {p.name: named.get(p.name, _value(hints[p.name])) for p in needed}


def _value(hint: Any) -> Any:
    kind = next(part for part in _parts(hint) if part is not type(None))
    simple = {int: UNKNOWN, str: "x", bool: True, datetime: NOON, DeskSettings: DeskSettings()}
    if kind in simple:
        return simple[kind]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return next(iter(kind))
    if get_origin(kind) is not None and issubclass(get_origin(kind), Mapping):
        return {}
    if get_origin(kind) is not None and issubclass(get_origin(kind), (Collection, Iterable, Sequence)):
        return [_value(get_args(kind)[0])]
    return object()


KNOWN = dict(found())


def is_refused(verb: str, session: Session, by: Person) -> bool:
    """Whether the verb refuses this person; what else it makes of arguments that mean nothing does not matter here."""
    function = KNOWN[verb]
    with session.begin_nested() as attempt:
        try:
            with suppress(DeskError, AttributeError, TypeError, KeyError, ValueError):
                try:
                    function(**{**given(function, session, by), **WITH.get(verb, {})})
                except NotAllowed:
                    return True
            return False
        finally:
            attempt.rollback()


def test_every_verb_stands_in_the_table_and_the_table_holds_nothing_else() -> None:
    assert sorted(KNOWN.keys() - VERBS.keys() - INNER) == []
    assert sorted((VERBS.keys() | INNER) - KNOWN.keys()) == []
    assert not VERBS.keys() & INNER


def test_exactly_these_roles_may(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        everybody = {role: person(session, role.value, role) for role in Role}
        allowed = {
            verb: {role for role, one in everybody.items() if not is_refused(verb, session, one)} for verb in VERBS.keys() & KNOWN.keys()
        }
    assert allowed == {verb: roles for verb, roles in VERBS.items() if verb in KNOWN}


def test_nobody_who_left_may(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        person(session, "Ada", Role.ADMIN)
        gone = person(session, "Gil Ode", *Role)
        leaving.leave(session, gone.id, by=None, now=NOON)
        assert [verb for verb in sorted(VERBS.keys() & KNOWN.keys()) if not is_refused(verb, session, gone)] == []
