"""Abusive posts that somebody reads, and what is folded."""

TEXTS = {
    "exposure.act.off": "Es wird nichts mehr gezählt, und die Zahl ist gelöscht",
    "exposure.act.on": "Beleidigende Beiträge, die Sie lesen, werden gezählt, nur für Sie",
    "exposure.count": "Zählen, wie viele beleidigende Beiträge ich lese",
    "exposure.count_help": "Ausgeschaltet wird das Gezählte sofort gelöscht.",
    "exposure.many": "Sie haben diese Woche {n} beleidigende Beiträge gelesen",
    "exposure.none": "Sie haben diese Woche keinen beleidigenden Beitrag gelesen",
    "exposure.off": "Nicht gezählt",
    "exposure.one": "Sie haben diese Woche 1 beleidigenden Beitrag gelesen",
    "exposure.spared": "Das ist viel. Vorerst gibt „Nächster“ beleidigende Fälle denen, die sie nehmen können.",
    "exposure.why": "Ab mehr als {limit} in sieben Tagen gibt „Nächster“ beleidigende Fälle zuerst anderen. Diese Zahl sehen nur Sie: keine Leitung, kein Bericht, kein Export hat sie. Nach 30 Tagen wird sie gelöscht.",
    "exposure.why_off": "Es wird nichts gezählt, und „Nächster“ verschont Sie nicht mit beleidigenden Fällen.",
    "fold.preview": "Vielleicht beleidigend. Zum Lesen öffnen.",
    "fold.show": "Vielleicht beleidigend: zeigen",
}
