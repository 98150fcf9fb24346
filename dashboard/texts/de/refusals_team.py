"""What the desk refuses about people, shifts, feeds, rules and incidents, in German. Written as in `desk_words`."""

PEOPLE = {
    "This needs one of the roles {roles}; {person} has none of them": "Dafür braucht es eine der Rollen {roles}; {person} hat keine davon",
    "A person needs a name": "Eine Person braucht einen Namen",
    "Initials are 1 to 8 letters or digits, as in a signed reply; got {words}": "Ein Kürzel hat 1 bis 8 Buchstaben oder Ziffern; angegeben ist {words}",
    "{person} needs at least one role": "{person} braucht mindestens eine Rolle",
    "{person} needs at least one role: who works here no more is let leave": (
        "{person} braucht mindestens eine Rolle: wer nicht mehr hier arbeitet, scheidet aus"
    ),
    "The initials {initials} were used before, and are never given to somebody else": (
        "Das Kürzel {initials} wurde schon benutzt und wird nie an jemand anderen vergeben"
    ),
    "Somebody has this e-mail address already": "Diese E-Mail-Adresse hat schon jemand",
    "Nobody here has this sign-in": "Diese Anmeldung hat hier niemand",
    "There is no such person": "Diese Person gibt es nicht",
    "Nobody of that name works here": "Hier arbeitet niemand mit diesem Namen",
    "{person} is the only admin: make somebody else admin first": "Nur {person} hat die Rolle Verwaltung: geben Sie sie zuerst noch jemandem",
    "{person} is the one who leaves: name somebody else": "{person} scheidet selbst aus: nennen Sie jemand anderen",
    "{person} does not work on cases: name an agent, a lead or an admin": (
        "{person} bearbeitet keine Fälle: nennen Sie jemanden mit der Rolle Betreuung, Leitung oder Verwaltung"
    ),
    "{person} does not work on cases: that needs the role agent or lead": "{person} bearbeitet keine Fälle: dafür braucht es die Rolle Betreuung oder Leitung",
    "{person} has no role here": "{person} hat hier keine Rolle",
    "Your sign-in has ended: sign in again": "Ihre Anmeldung ist beendet: melden Sie sich neu an",
    "The board does not speak {name}: choose one of {names}": "Die Tafel spricht nicht {name}: wählen Sie aus {names}",
    "There is no time zone called {name}: choose one of the list": "Es gibt keine Zeitzone {name}: wählen Sie eine aus der Liste",
}

SHIFTS = {
    "{person} is not on shift": "{person} ist nicht in Schicht",
    "{person} is not signed in: their shift begins when they are": "{person} ist nicht angemeldet: die Schicht beginnt mit der Anmeldung",
    "{person} works on cases no more": "{person} bearbeitet keine Fälle mehr",
    "signed in": "angemeldet",
    "signed in nowhere": "nirgends angemeldet",
    "A case is named twice: it can go one way only": "Ein Fall ist zweimal genannt: er kann nur einen Weg gehen",
    "{person} does not have it any more": "{person} hat ihn nicht mehr",
    "Only a lead changes somebody else's shift": "Nur die Leitung ändert die Schicht anderer",
    "Case {case}: {error}. Nothing was handed over": "Fall {case}: {error}. Nichts wurde übergeben",
    "There is a team {name} already": "Es gibt schon ein Team {name}",
    "There is or was a team {name}: choose another name": "Es gibt oder gab ein Team {name}: wählen Sie einen anderen Namen",
    "A limit is a number from 1 to {n}, or none": "Ein Limit ist eine Zahl von 1 bis {n}, oder keins",
    "A team has a name of at most {n} characters": "Ein Team hat einen Namen von höchstens {n} Zeichen",
    "A skill has a name of at most {n} characters": "Ein Können hat einen Namen von höchstens {n} Zeichen",
    "A promise stands: “{words}”. Say that it was kept, or cancel it, before you close the case": (
        "Eine Zusage steht: „{words}“. Sagen Sie, dass sie gehalten wurde, oder heben Sie sie auf, bevor Sie den Fall schließen"
    ),
    "There is no such promise": "Diese Zusage gibt es nicht",
    "This promise does not stand any more: open the case again": "Diese Zusage steht nicht mehr: öffnen Sie den Fall neu",
    "Say what was promised": "Sagen Sie, was zugesagt wurde",
    "A promise has at most {n} characters": "Eine Zusage hat höchstens {n} Zeichen",
    "That moment has passed already: promise a later one": "Dieser Zeitpunkt ist schon vorbei: sagen Sie einen späteren zu",
}

FEEDS = {
    "A brand needs a name of at most {n} characters": "Eine Marke braucht einen Namen von höchstens {n} Zeichen",
    "There is a brand called {name} already": "Es gibt schon eine Marke {name}",
    "none yet: write [[brands]] in settings.toml": "noch keine: tragen Sie [[brands]] in settings.toml ein",
    "There is no brand called {name}. Known brands: {part}": "Es gibt keine Marke {name}. Bekannte Marken: {part}",
    "There is no credential called {name}: write [credentials.{section}] in settings.toml": (
        "Es gibt keine Zugangsdaten {name}: tragen Sie [credentials.{section}] in settings.toml ein"
    ),
    "Credential {name} is for {source}, this is on {place}": "Die Zugangsdaten {name} gelten für {source}, dies ist auf {place}",
    "{name} is paused: resume it first": "{name} ist angehalten: setzen Sie ihn zuerst fort",
    "{name} was retired": "{name} wurde stillgelegt",
    "{name} is filled by  careline import: there is nothing to pause": "{name} wird durch  careline import  gefüllt: es gibt nichts anzuhalten",
    "A feed needs a name of at most {n} characters": "Ein Feed braucht einen Namen von höchstens {n} Zeichen",
    "There is a feed called {name} already": "Es gibt schon einen Feed {name}",
    "A feed is looked at every {n} seconds at most": "Ein Feed wird höchstens alle {n} Sekunden abgefragt",
    "There is no such feed": "Diesen Feed gibt es nicht",
    "There is no such brand": "Diese Marke gibt es nicht",
    "{name} stands in settings.toml: change it there": "{name} steht in settings.toml: ändern Sie ihn dort",
    "There is no feed called {name}": "Es gibt keinen Feed {name}",
    "{name} cannot be polled: {why}": "{name} lässt sich nicht abfragen: {why}",
    "it was retired": "er wurde stillgelegt",
    "it is filled by  careline import": "er wird durch  careline import  gefüllt",
    "{name} is being looked at right now: try again in a moment": "{name} wird gerade abgefragt: versuchen Sie es gleich noch einmal",
    "There is no such errand": "Diesen Auftrag gibt es nicht",
}

RULES = {
    "There is no such rule": "Diese Regel gibt es nicht",
    "The rule would fit every mention: say at least one thing that a mention must have": (
        "Die Regel passte auf jede Erwähnung: nennen Sie mindestens eines, was eine Erwähnung haben muss"
    ),
    "The reach must be at least 1": "Die Reichweite muss mindestens 1 sein",
    "The rule does nothing: choose at least one act": "Die Regel tut nichts: wählen Sie mindestens eine Handlung",
    "A muted mention has no case: mute it, or give it a team, an urgency or a person": (
        "Eine stummgeschaltete Erwähnung hat keinen Fall: schalten Sie stumm, oder geben Sie ein Team, eine Dringlichkeit oder eine Person"
    ),
    "A rule knows no {names}": "Eine Regel kennt nicht: {names}",
    "{name} must be a list": "{name} muss eine Liste sein",
    "{name} has {n} entries: {most} at most": "{name} hat {n} Einträge: höchstens {most}",
    "{words} is no {name}: choose among {names}": "{words} ist nicht gültig für {name}: wählen Sie aus {names}",
    "{words} is no {name}": "{words} ist nicht gültig für {name}",
    "{name} is too long": "{name} ist zu lang",
    "The words have {n} characters: {most} at most": "Die Wörter haben {n} Zeichen: höchstens {most}",
    "There are no words to look for": "Es gibt keine Wörter, nach denen zu suchen ist",
    "The words cannot be read at character {n}: {why}": "Die Wörter lassen sich bei Zeichen {n} nicht lesen: {why}",
    "this closing bracket opens nowhere": "diese Klammer wird nirgends geöffnet",
    "more than {n} brackets within each other": "mehr als {n} Klammern ineinander",
    "a closing bracket is missing": "eine schließende Klammer fehlt",
    "{words} has no letters or digits": "{words} hat keine Buchstaben oder Ziffern",
    "a quote is not closed": "ein Anführungszeichen fehlt",
    "a word or a phrase is missing": "ein Wort oder eine Wortgruppe fehlt",
    "There is no such entry in the log of rules": "Diesen Eintrag gibt es im Protokoll der Regeln nicht",
    "This was undone already": "Das wurde schon rückgängig gemacht",
    "There are {n} rules already: remove one first": "Es gibt schon {n} Regeln: entfernen Sie zuerst eine",
    "Try this rule on the last 7 days first: it was written or changed since somebody last looked at what it does": (
        "Erproben Sie die Regel zuerst an den letzten 7 Tagen: sie wurde geändert, seit zuletzt jemand angesehen hat, was sie tut"
    ),
    "Somebody changed the rule “{name}” meanwhile: look at it again": "Jemand hat die Regel „{name}“ inzwischen geändert: sehen Sie sie noch einmal an",
    "A rule needs a name of at most {n} characters": "Eine Regel braucht einen Namen von höchstens {n} Zeichen",
    "There is a rule “{name}” already": "Es gibt schon eine Regel „{name}“",
    "A tag of this rule is not offered any more: choose another": "Ein Schlagwort dieser Regel wird nicht mehr angeboten: wählen Sie ein anderes",
}

INCIDENTS = {
    "There is no such incident": "Diesen Vorfall gibt es nicht",
    "This incident is closed": "Dieser Vorfall ist geschlossen",
    "An incident needs a name of at most {n} characters": "Ein Vorfall braucht einen Namen von höchstens {n} Zeichen",
    "An incident is closed when its cause is known: say what it was": "Ein Vorfall wird geschlossen, wenn die Ursache bekannt ist: sagen Sie, was es war",
    "Somebody has changed this incident since: reload the page": "Jemand hat diesen Vorfall seither geändert: laden Sie die Seite neu",
    "The cause takes at most {n} characters, the known-issue line {longest}": "Die Ursache fasst höchstens {n} Zeichen, die Zeile zum bekannten Problem {longest}",
    "It is closed": "Er ist geschlossen",
    "It is in another incident": "Er gehört zu einem anderen Vorfall",
    "It is in this incident already": "Er gehört schon zu diesem Vorfall",
    "It is not in this incident": "Er gehört nicht zu diesem Vorfall",
    "Close the incident first, with what solved it": "Schließen Sie zuerst den Vorfall mit dem, was geholfen hat",
    "This incident goes on: take out single cases, or close it first": (
        "Dieser Vorfall dauert an: nehmen Sie einzelne Fälle heraus, oder schließen Sie ihn zuerst"
    ),
    "Nobody can fill {names}: use {offered}": "Niemand kann {names} füllen: verwenden Sie {offered}",
    "A statement for many needs at least {n} variants, this has {found}": "Eine Mitteilung für viele braucht mindestens {n} Fassungen, diese hat {found}",
    "A statement has 1 to {most} variants of at most {n} characters": "Eine Mitteilung hat 1 bis {most} Fassungen von höchstens {n} Zeichen",
    "A statement needs its language by its code, such as en or de": "Eine Mitteilung braucht ihre Sprache als Kürzel, etwa en oder de",
    "There is no such statement any more: reload the page": "Diese Mitteilung gibt es nicht mehr: laden Sie die Seite neu",
    "Two variants say the same: word each of them differently": "Zwei Fassungen sagen dasselbe: formulieren Sie jede anders",
    "You wrote this statement: another lead approves it": "Sie haben diese Mitteilung geschrieben: jemand anderes aus der Leitung gibt sie frei",
    "A statement is told once a lead has approved it, with at least {n} variants": (
        "Eine Mitteilung geht hinaus, wenn die Leitung sie freigegeben hat, mit mindestens {n} Fassungen"
    ),
    "Choose a statement: reload the page if it has changed": "Wählen Sie eine Mitteilung: laden Sie die Seite neu, falls sie sich geändert hat",
    "Choose statements of one purpose, one for each language": "Wählen Sie Mitteilungen mit demselben Zweck, eine für jede Sprache",
}

TABLES = (PEOPLE, SHIFTS, FEEDS, RULES, INCIDENTS)
