"""Words of the question whether we may answer in a subreddit, in German."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "welcome.title": "Wo wir antworten dürfen",
    "welcome.why": "Subreddits haben Regeln für Firmen, die antworten. Ohne ein Ja geht keine öffentliche Antwort dorthin.",
    "welcome.button": "{sign} r/{place}",
    "welcome.help": "Dürfen wir in diesem Subreddit antworten?",
    "welcome.question": "Darf {brand} in r/{place} antworten?",
    "welcome.kind": "Dürfen wir dort antworten?",
    "welcome.kind.yes": "Ja",
    "welcome.kind.ask": "Erst die Moderation fragen",
    "welcome.kind.no": "Nein",
    "welcome.reason": "Was die Regeln oder die Moderation sagen",
    "welcome.note": "Notieren",
    "welcome.choose": "Wählen Sie, ob wir antworten dürfen",
    "welcome.brand": "Marke",
    "welcome.place": "Subreddit",
    "welcome.by_ops": "Ops oder eine Leitung kann das ändern.",
    "welcome.nobody": "Niemand hat bisher notiert, ob {brand} in r/{place} antworten darf. Lesen Sie zuerst die Regeln dort.",
    "welcome.noted.yes": "{brand} darf in r/{place} antworten: {reason} ({person})",
    "welcome.noted.ask": "Die Moderation von r/{place} ist zu fragen, bevor {brand} antwortet: {reason} ({person})",
    "welcome.noted.no": "{brand} antwortet in r/{place} nicht: {reason} ({person})",
    "welcome.how.unknown": "? r/{place}: noch niemand hat notiert, ob wir dort antworten dürfen",
    "welcome.how.ask": "? r/{place}: erst die Moderation fragen: {reason}",
    "welcome.how.no": "✕ r/{place}: wir antworten dort nicht: {reason}",
    "welcome.done.yes": "Notiert: wir dürfen in r/{place} antworten",
    "welcome.done.ask": "Notiert: erst wird die Moderation von r/{place} gefragt",
    "welcome.done.no": "Notiert: wir antworten in r/{place} nicht",
}
