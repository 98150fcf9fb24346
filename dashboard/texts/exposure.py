"""Abusive posts: what stands for their words until somebody asks, and one's own count of those that one read."""

TEXTS = {
    "fold.preview": "May be abusive. Open it to read.",
    "fold.show": "May be abusive: show it",
    "exposure.none": "You read no abusive post this week",
    "exposure.one": "You read 1 abusive post this week",
    "exposure.many": "You read {n} abusive posts this week",
    "exposure.off": "Not counted",
    "exposure.spared": "That is a lot. For now, “Next” gives abusive cases to colleagues who can take them.",
    "exposure.why": "From more than {limit} in seven days on, “Next” gives abusive cases to colleagues first. Only you see this number: no lead, report or export has it. It is deleted after 30 days.",
    "exposure.why_off": "Nothing is counted, and “Next” does not spare you abusive cases.",
    "exposure.count": "Count the abusive posts I read",
    "exposure.count_help": "Switched off, what was counted is deleted at once.",
    "exposure.act.on": "Abusive posts that you read are counted, for you alone",
    "exposure.act.off": "Nothing is counted any more, and the count is deleted",
}
