"""What the desk says about answering in subreddits, in German. Written as in `desk_words`."""

WELCOMES = {
    "Write the name of a subreddit, such as r/gadgets": "Schreiben Sie den Namen eines Subreddits, etwa r/gadgets",
    "Say in at most {n} characters what its rules or moderators say": (
        "Sagen Sie in höchstens {n} Zeichen, was die Regeln oder die Moderation dort sagen"
    ),
    "Somebody noted this already: ops or a lead may change it": "Das hat schon jemand notiert: Ops oder eine Leitung kann es ändern",
    "Nobody noted yet whether {brand} may answer in r/{place}: read its rules and note it beside the account": (
        "Niemand hat bisher notiert, ob {brand} in r/{place} antworten darf: lesen Sie die Regeln dort und notieren Sie es neben dem Konto"
    ),
    "Ask the moderators of r/{place} first: {reason}. Then note what they said beside the account": (
        "Fragen Sie zuerst die Moderation von r/{place}: {reason}. Notieren Sie dann neben dem Konto, was sie sagt"
    ),
    "{brand} does not answer in r/{place}: {reason}": "{brand} antwortet in r/{place} nicht: {reason}",
    "it was noted in the meantime that we may not answer in this subreddit": (
        "inzwischen wurde notiert, dass wir in diesem Subreddit nicht antworten dürfen"
    ),
}

TABLES = (WELCOMES,)
