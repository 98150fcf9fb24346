"""Words of the question whether we may answer in a subreddit."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "welcome.title": "Where we may answer",
    "welcome.why": "Subreddits have rules about companies that answer. Without a yes no public reply leaves for one.",
    "welcome.button": "{sign} r/{place}",
    "welcome.help": "May we answer in this subreddit?",
    "welcome.question": "May {brand} answer in r/{place}?",
    "welcome.kind": "May we answer there?",
    "welcome.kind.yes": "Yes",
    "welcome.kind.ask": "Ask the moderators first",
    "welcome.kind.no": "No",
    "welcome.reason": "What its rules or moderators say",
    "welcome.note": "Note it",
    "welcome.choose": "Choose whether we may answer",
    "welcome.brand": "Brand",
    "welcome.place": "Subreddit",
    "welcome.by_ops": "Ops or a lead may change it.",
    "welcome.nobody": "Nobody noted yet whether {brand} may answer in r/{place}. Read its rules first.",
    "welcome.noted.yes": "{brand} may answer in r/{place}: {reason} ({person})",
    "welcome.noted.ask": "The moderators of r/{place} are to be asked before {brand} answers: {reason} ({person})",
    "welcome.noted.no": "{brand} does not answer in r/{place}: {reason} ({person})",
    "welcome.how.unknown": "? r/{place}: nobody noted yet whether we may answer there",
    "welcome.how.ask": "? r/{place}: ask its moderators first: {reason}",
    "welcome.how.no": "✕ r/{place}: we do not answer there: {reason}",
    "welcome.done.yes": "Noted: we may answer in r/{place}",
    "welcome.done.ask": "Noted: the moderators of r/{place} are asked first",
    "welcome.done.no": "Noted: we do not answer in r/{place}",
}
