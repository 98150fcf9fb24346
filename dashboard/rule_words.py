"""Rules as people read them: what must be so, what is then done, what was done. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dashboard.format import number_words, word_of
from dashboard.texts import text
from desk.rules.rule_deciding import Did, Entry, is_done
from desk.rules.rule_dry_run import DryRun
from desk.rules.rule_parts import Act, Acts, Condition

PARTED = "  ·  "
WORDS = ("sentiment", "intent", "urgency")


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in a rule are called."""

    sources: tuple[str, ...] = ()
    feeds: Mapping[int, str] = field(default_factory=dict)
    brands: Mapping[int, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    tags: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    labels: Mapping[int, str] = field(default_factory=dict)


def when(condition: Condition, names: Names) -> list[str]:
    """What must be so, one part after the other."""
    return list(_when(condition, names))


def _when(condition: Condition, names: Names) -> Iterator[str]:
    if condition.query:
        yield text("rules.when.query", words=condition.query)
    for name in WORDS:
        if getattr(condition, name):
            yield text(f"rules.when.{name}", any=_listed(word_of(name, one) for one in getattr(condition, name)))
    for name in ("needs_reply", "abusive", "has_link"):
        value = getattr(condition, name)
        if value is not None:
            yield text(f"rules.when.{name}.{'yes' if value else 'no'}")
    yield from _where(condition, names)


def _where(condition: Condition, names: Names) -> Iterator[str]:
    told = {
        "language": condition.language,
        "handles": [f"@{one}" for one in condition.handles],
        "sources": [word_of("source", one) for one in condition.sources],
        "sites": condition.sites,
        "feeds": [names.feeds.get(one, text("rules.gone")) for one in condition.feeds],
        "brands": [names.brands.get(one, text("rules.gone")) for one in condition.brands],
        "labels": [names.labels.get(one, text("rules.gone")) for one in condition.labels],
    }
    for name, words in told.items():
        if words:
            yield text(f"rules.when.{name}", any=_listed(words))
    if condition.reach_at_least is not None:
        yield text("rules.when.reach", n=number_words(condition.reach_at_least))


def then(acts: Acts, names: Names) -> list[str]:
    """What is done."""
    told = {
        Act.TAGS: lambda: text("rules.then.tags", tags=_listed(names.tags.get(one, text("rules.gone")) for one in acts.tags)),
        Act.TEAM: lambda: text("rules.then.team", team=names.teams.get(acts.team or 0, text("rules.gone"))),
        Act.URGENCY: lambda: text("rules.then.urgency", urgency=word_of("urgency", acts.urgency)),
        Act.ASSIGN: lambda: text("rules.then.assign", person=names.people.get(acts.assign or 0, text("rules.gone"))),
        Act.MUTE: lambda: text("rules.then.mute"),
    }
    return [told[act]() for act in acts.kinds]


def did(entries: Did, names: Names) -> str:
    """What became of each act of one firing, or would become in a dry run, on one line."""
    return PARTED.join(_did(act, entries[act], names) for act in Act if act in entries)


def _did(act: Act, entry: Entry, names: Names) -> str:
    if not is_done(entry):
        return text("rules.left", act=text(f"rules.act.{act}"), why=text(f"rules.left.{entry['left']}"))
    after = entry["after"]
    match act:
        case Act.TAGS:
            put = sorted({*after["mention"], *after["case"]})
            return text("rules.did.tags", tags=_listed(names.tags.get(one, text("rules.gone")) for one in put))
        case Act.TEAM:
            return text("rules.did.team", team=names.teams.get(after, text("rules.gone")))
        case Act.URGENCY:
            before = word_of("urgency", entry["before"]) or text("rules.unknown")
            return text("rules.did.urgency", before=before, after=word_of("urgency", after))
        case Act.ASSIGN:
            return text("rules.did.assign", person=names.people.get(after, text("rules.gone")))
        case Act.MUTE:
            return text("rules.did.mute")


def found(result: DryRun) -> str:
    """How many mentions a rule fits."""
    key = "rules.dry.none" if not result.fits else "rules.dry.one" if result.fits == 1 else "rules.dry.many"
    return text(key, n=number_words(result.fits), looked=number_words(result.looked))


def effects(result: DryRun) -> list[str]:
    """Per act, how often it would be done, and how often and why not."""
    told = []
    for act, effect in result.effects.items():
        told.append(text(f"rules.effect.{act}", n=number_words(effect.done)))
        told += [
            text("rules.effect.left", act=text(f"rules.act.{act}"), n=number_words(n), why=text(f"rules.left.{why}"))
            for why, n in sorted(effect.left.items())
        ]
    return told


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
