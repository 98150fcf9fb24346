"""Around every page: navigation, the sample banner, signing in, and what became of an act."""

TEXTS = {
    "app.name": "Careline",
    "app.about": "Careline hört alle Kunden, die öffentlich über eine Marke sprechen, und hilft dem Team, denen zu antworten, die es brauchen.",
    "nav.queue": "Warteschlange",
    "nav.mentions": "Alle Erwähnungen",
    "nav.trends": "Trends",
    "nav.feeds": "Feeds",
    "nav.shift": "Meine Schicht",
    "nav.incidents": "Vorfälle",
    "nav.outcomes": "Ergebnisse",
    "nav.set_up": "Einrichten",
    "nav.saved": "Textbausteine",
    "nav.rules": "Regeln und Schlagwörter",
    "nav.people": "Personen und Teams",
    "nav.start": "Eigenen Arbeitsbereich beginnen",
    "sample.banner": "Beispiel: eine erfundene Marke mit erfundenen Kunden. Antworten gehen nirgendwohin.",
    "sample.start": "Eigenen Arbeitsbereich beginnen",
    "me.signed_in": "Angemeldet als {person}",
    "me.language": "Sprache",
    "me.zone": "Zeitzone",
    "me.workspace": "wie im Arbeitsbereich ({name})",
    "me.act.language": "Die Tafel spricht Deutsch mit Ihnen",
    "me.act.zone": "Ihre Zeiten gelten in {zone}",
    "signin.title": "Wer sitzt an diesem Platz?",
    "signin.why": "An diesem Rechner genügt Ihr Name. Alles, was Sie tun, wird unter ihm festgehalten.",
    "signin.first_title": "Hier arbeitet noch niemand",
    "signin.first_why": "Die erste Person leitet den Arbeitsbereich und kann weitere hinzufügen.",
    "signin.colleagues": "Person hinzufügen",
    "signin.role": "Rollen",
    "signin.add": "Hinzufügen",
    "signin.js.name": "Name",
    "signin.js.initials": "Kürzel (steht unter Antworten)",
    "signin.js.begin": "Beginnen",
    "signin.js.sign_out": "Abmelden",
    "signin.js.failed": "Das hat nicht geklappt. Versuchen Sie es noch einmal.",
    "signin.js.offline": "Keine Verbindung zur Tafel. Versuchen Sie es gleich noch einmal.",
    "start.title": "Eigenen Arbeitsbereich beginnen",
    "start.why": "Das Beispiel bleibt, wie es ist, in einer eigenen Datei. Ihr Arbeitsbereich bekommt eigene Daten, Feeds und Antwortkonten.",
    "start.step_1": "1. Sagen Sie, worauf gehört werden soll",
    "start.step_1_how": "Kopieren Sie dies in eine Datei settings.toml in dem Ordner, aus dem Sie Careline starten. Geheimnisse stehen nie darin: sie nennt Umgebungsvariablen.",
    "start.step_2": "2. Starten Sie Careline",
    "start.step_2_how": "Careline findet settings.toml von selbst, öffnet Ihren Arbeitsbereich und fragt Ihre Feeds ab.",
    "start.command": "careline up",
    "start.example": """[workspace]
name = "Unser Team"
zone = "Europe/Berlin"
language = "de"

[[brands]]
name = "Unsere Marke"
kind = "own"

[[feeds]]
name = "Neues über uns"
source = "rss"
site = "https://example.com/feed.xml"
brand = "Unsere Marke"
interval = "15m"
""",
    "start.then": "Öffnen Sie dann diese Adresse noch einmal. Ohne settings.toml kommt das Beispiel wieder.",
    "start.own": "Dies ist Ihr eigener Arbeitsbereich.",
    "act.claimed": "Der Fall gehört jetzt Ihnen",
    "act.none_left": "Nichts wartet auf jemanden",
    "act.taken": "{person} hat diesen Fall",
    "act.not_yours": "Nehmen Sie den Fall zuerst an",
    "act.released": "In die Warteschlange zurückgegeben",
    "act.taken_over": "Sie haben den Fall übernommen",
    "act.handed_over": "An {person} übergeben",
    "act.snoozed": "Zurückgestellt",
    "act.reopened": "Wieder geöffnet",
    "act.merged": "Mit Fall {case} zusammengeführt",
    "act.parted": "Als Fall {case} abgetrennt",
    "act.noted": "Notiz hinzugefügt",
    "act.opened": "Ein Fall ist angelegt",
    "act.closed": "Geschlossen: {outcome}",
    "act.busy": "Es konnte gerade nicht gespeichert werden. Nichts wurde geändert; versuchen Sie es gleich noch einmal.",
    "act.not_first": "Hier arbeitet schon jemand: melden Sie sich an, und lassen Sie sich von der Verwaltung hinzufügen",
    "act.person_added": "{person} kann sich jetzt anmelden",
    "act.signed_out": "Melden Sie sich neu an: Ihre Anmeldung ist beendet",
    "act.unreadable": "Die Tafel hat diese Anfrage nicht verstanden",
    "act.too_large": "Das ist zu lang",
    "act.elsewhere": "Diese Anfrage kam von einer anderen Website",
}
