"""What the desk says by itself, in German: the record of a case, why a case stands where it does, how a feed is.

English on the left as the desk writes it; a name in braces stands for what differs. Names in `spoken.SAID` stand for words of the desk again.
"""

TIMELINE = {
    "opened the case": "hat den Fall angelegt",
    "made this a case": "hat daraus einen Fall gemacht",
    "the customer wrote again": "der Kunde hat wieder geschrieben",
    "the labels changed": "die Einordnung hat sich geändert",
    "corrected {question} from {was} to {label}": "hat {question} korrigiert: {label} statt {was}",
    "took a correction back: {question} is {label}": "hat eine Korrektur zurückgenommen: {question} ist {label}",
    "said that the labels are right": "hat gesagt, dass die Einordnung stimmt",
    "claimed it": "hat ihn angenommen",
    "gave it back to the queue": "hat ihn in die Warteschlange zurückgegeben",
    "handed it over to {person}": "hat ihn an {person} übergeben",
    "took it over from {person}": "hat ihn von {person} übernommen",
    "gave it to {person}": "hat ihn an {person} gegeben",
    "promised something by {time}": "hat etwas zugesagt bis {time}",
    "changed the promise: by {time}": "hat die Zusage geändert: bis {time}",
    "kept the promise": "hat die Zusage gehalten",
    "cancelled the promise": "hat die Zusage aufgehoben",
    "a promise is due": "eine Zusage ist fällig",
    "gave it back to the team: {person} is away": "hat ihn dem Team zurückgegeben: {person} ist nicht da",
    "put it off until {time}": "hat ihn zurückgestellt bis {time}",
    "wrote a note": "hat eine Notiz geschrieben",
    "removed a note of theirs": "hat eine eigene Notiz entfernt",
    "gave it to the team {team}": "hat ihn dem Team {team} gegeben",
    "took back what was done to many cases at once: {act}": "hat zurückgenommen, was mit vielen Fällen auf einmal getan wurde: {act}",
    "put on {names}": "hat Schlagwörter vergeben: {names}",
    "took off {names}": "hat Schlagwörter entfernt: {names}",
    "sent a reply": "hat eine Antwort gesendet",
    "took the reply back": "hat die Antwort zurückgenommen",
    "tried the reply again": "hat die Antwort noch einmal versucht",
    "the reply became a draft: the case was claimed before it was sent": (
        "die Antwort wurde wieder ein Entwurf: der Fall wurde angenommen, bevor sie gesendet war"
    ),
    "the reply stands on the platform": "die Antwort steht auf der Plattform",
    "the platform asks to wait: {why}": "die Plattform bittet zu warten: {why}",
    "the reply failed: {why}": "die Antwort ging nicht hinaus: {why}",
    "the reply waits to be posted by hand: {why}": "die Antwort ist von Hand zu veröffentlichen: {why}",
    "the reply may or may not stand there": "unklar, ob die Antwort dort steht",
    "the reply was looked for and is not there": "die Antwort wurde gesucht und steht nicht dort",
    "decided whether the reply stands there": "hat entschieden, ob die Antwort dort steht",
    "gave the link of the answer": "hat den Link der Antwort angegeben",
    "our account answered in the platform's own app": "unser Konto hat in der App der Plattform geantwortet",
    "closed it: {outcome}": "hat ihn geschlossen: {outcome}",
    "reopened it": "hat ihn wieder geöffnet",
    "the customer confirmed that it is solved": "der Kunde hat bestätigt, dass es gelöst ist",
    "it held: quiet for {days} days": "es hat gehalten: seit {days} Tagen still",
    "filled in what the cause was": "hat die Ursache eingetragen",
    "the case came back: the customer wrote again": "der Fall kam zurück: der Kunde hat wieder geschrieben",
    "the reply became a draft: {why}": "die Antwort wurde wieder ein Entwurf: {why}",
    "asked for approval of a reply": "hat um Freigabe einer Antwort gebeten",
    "approved the reply": "hat die Antwort freigegeben",
    "sent the reply back: {why}": "hat die Antwort zurückgegeben: {why}",
    "asked for approval of a new wording": "hat um Freigabe eines neuen Wortlauts gebeten",
    "approved the new wording": "hat den neuen Wortlaut freigegeben",
    "sent the new wording back: {why}": "hat den neuen Wortlaut zurückgegeben: {why}",
    "the new wording waits for no approval any more": "der neue Wortlaut wartet auf keine Freigabe mehr",
    "the reply waits for no approval any more": "die Antwort wartet auf keine Freigabe mehr",
    "wrote down that the customer asked us to stop: {words}": "hat festgehalten, dass der Kunde keinen Kontakt will: {words}",
    "it may be abusive: volunteers and leads see it first": "vielleicht beleidigend: zuerst sehen es Freiwillige und die Leitung",
    "nobody who takes abusive posts is on shift: everybody sees it": "niemand in Schicht nimmt Beleidigendes: alle sehen es",
    "marked it as a matter of {escalation}": "hat ihn als Sache für {escalation} gekennzeichnet",
    "took the mark {escalation} off": "hat die Kennzeichnung {escalation} entfernt",
    "merged it into case {case}": "hat ihn mit Fall {case} zusammengeführt",
    "took in case {case}": "hat Fall {case} aufgenommen",
    "rule “{rule}” put the tag {tags}": "Regel „{rule}“ hat das Schlagwort {tags} vergeben",
    "rule “{rule}” gave it to the team {team}": "Regel „{rule}“ hat ihn dem Team {team} gegeben",
    "rule “{rule}” set the urgency to {urgency}": "Regel „{rule}“ hat die Dringlichkeit gesetzt: {urgency}",
    "rule “{rule}” gave it to {person}": "Regel „{rule}“ hat ihn an {person} gegeben",
    "took back what the rule “{rule}” did": "hat zurückgenommen, was die Regel „{rule}“ getan hat",
    "split off case {case}": "hat Fall {case} abgetrennt",
    "split it off from case {case}": "hat ihn von Fall {case} abgetrennt",
    "it goes on elsewhere: {channel}, {reference}": "es geht anderswo weiter: {channel}, {reference}",
    "added a picture to the draft": "hat dem Entwurf ein Bild hinzugefügt",
    "removed a picture from the draft": "hat ein Bild aus dem Entwurf entfernt",
    "described a picture": "hat ein Bild beschrieben",
    "asked to take the answer back": "will die Antwort zurücknehmen",
    "asked to correct the answer": "will die Antwort berichtigen",
    "the answer was taken back on the platform": "die Antwort wurde auf der Plattform zurückgenommen",
    "the answer was corrected on the platform": "die Antwort wurde auf der Plattform berichtigt",
    "the answer stands as it was: {why}": "die Antwort steht, wie sie war: {why}",
    "the platform asks to wait with the change: {why}": "die Plattform bittet, mit der Änderung zu warten: {why}",
    "took it into the incident “{name}”": "hat ihn in den Vorfall „{name}“ aufgenommen",
    "took it out of the incident “{name}”": "hat ihn aus dem Vorfall „{name}“ herausgenommen",
    "it came back from the incident “{name}”: the customer wrote something else": (
        "er kam aus dem Vorfall „{name}“ zurück: der Kunde hat etwas anderes geschrieben"
    ),
    "told the customer, as all of the incident": "hat dem Kunden Bescheid gesagt, wie allen im Vorfall",
    "stopped the reply before it was sent": "hat die Antwort gestoppt, bevor sie gesendet war",
}

STATES = {
    "draft": "noch ein Entwurf",
    "queued": "kurz vor dem Senden",
    "sending": "gerade beim Senden",
    "sent": "gesendet",
    "failed": "nicht gesendet",
    "uncertain": "unklar",
    "cancelled": "zurückgenommen",
    "by hand": "von Hand zu veröffentlichen",
    "new": "neu",
    "open": "offen",
    "pending": "beim Kunden",
    "on hold": "zurückgestellt",
    "closed": "geschlossen",
}

REASONS = {
    "promised by {time}": "zugesagt bis {time}",
    "{part}: {number} answer within {span} at any hour": "{part}: {number} Antwort binnen {span} zu jeder Stunde",
    "{part}: {number} answer within {span} in our hours": "{part}: {number} Antwort binnen {span} in unseren Stunden",
    "{part}: {number} answer within {span} {clock}": "{part}: {number} Antwort binnen {span} {clock}",
    "at any hour": "zu jeder Stunde",
    "in our hours": "in unseren Stunden",
    "first": "erste",
    "next": "nächste",
    "high urgency": "hohe Dringlichkeit",
    "maybe high urgency": "vielleicht hohe Dringlichkeit",
    "normal urgency": "normale Dringlichkeit",
    "low urgency": "niedrige Dringlichkeit",
    "urgency not known yet": "Dringlichkeit noch nicht bekannt",
    "{part} by rule “{rule}”": "{part} durch die Regel „{rule}“",
    "surely pressing": "sicher dringend",
    "negative, {sure} sure": "negativ, zu {sure} sicher",
    "{part}: {minutes} min earlier": "{part}: {minutes} min früher",
    "reach {reach}": "Reichweite {reach}",
    "second contact": "zweiter Kontakt",
    "third contact": "dritter Kontakt",
    "fourth contact": "vierter Kontakt",
    "fifth contact": "fünfter Kontakt",
    "sixth contact": "sechster Kontakt",
    "seventh contact": "siebter Kontakt",
    "eighth contact": "achter Kontakt",
    "ninth contact": "neunter Kontakt",
    "tenth contact": "zehnter Kontakt",
    "contact no. {n}": "{n}. Kontakt",
    "handed over {often}": "{often} übergeben",
    "reopened {often}": "{often} wieder geöffnet",
    "once": "einmal",
    "twice": "zweimal",
    "{n} times": "{n}-mal",
    "1 day since the first post": "1 Tag seit dem ersten Beitrag",
    "{n} days since the first post": "{n} Tage seit dem ersten Beitrag",
    "1 other case in 90 days": "1 weiterer Fall in 90 Tagen",
    "{n} other cases in 90 days": "{n} weitere Fälle in 90 Tagen",
}

FEEDS = {
    "Filled by  careline import: there is nothing to look at.": "Wird durch  careline import  gefüllt: es gibt nichts abzufragen.",
    "Paused: nobody looks at it until it is resumed.": "Angehalten: niemand fragt ihn ab, bis er fortgesetzt wird.",
    "Due since {time}, but nobody looked: start the listener with  careline up.": (
        "Fällig seit {time}, aber niemand hat nachgesehen: starten Sie den Listener mit  careline up."
    ),
    "Not seen since {time}: {why}. Next look {next}; {to_do}.": "Nicht gesehen seit {time}: {why}. Nächste Abfrage {next}; {to_do}.",
    "Not seen since {time}: {why} ({detail}). Next look {next}; {to_do}.": (
        "Nicht gesehen seit {time}: {why} ({detail}). Nächste Abfrage {next}; {to_do}."
    ),
    "Not seen since {time}: {why} (counted, not read: {n} posts). Next look {next}; {to_do}.": (
        "Nicht gesehen seit {time}: {why} (gezählt, nicht gelesen: {n} Beiträge). Nächste Abfrage {next}; {to_do}."
    ),
    "Not seen since {time}: {why} (the budget lets nothing of it be read). Next look {next}; {to_do}.": (
        "Nicht gesehen seit {time}: {why} (das Budget lässt nichts davon lesen). Nächste Abfrage {next}; {to_do}."
    ),
    "Read in part only since {time}: {why}. Next look {next}; {to_do}.": "Nur zum Teil gelesen seit {time}: {why}. Nächste Abfrage {next}; {to_do}.",
    "Read in part only since {time}: {why} ({detail}). Next look {next}; {to_do}.": (
        "Nur zum Teil gelesen seit {time}: {why} ({detail}). Nächste Abfrage {next}; {to_do}."
    ),
    (
        "{state} Between {time} and {until} posts may be missing: {why}. "
        "Read it from its start: that brings what the source still shows; to miss none, look more often."
    ): (
        "{state} Zwischen {time} und {until} fehlen vielleicht Beiträge: {why}. "
        "Lesen Sie ihn von Anfang an: das bringt, was die Quelle noch zeigt; damit keiner fehlt, fragen Sie öfter ab."
    ),
    (
        "Between {time} and {until} posts may be missing: {why}. "
        "Read it from its start: that brings what the source still shows; to miss none, look more often."
    ): (
        "Zwischen {time} und {until} fehlen vielleicht Beiträge: {why}. "
        "Lesen Sie ihn von Anfang an: das bringt, was die Quelle noch zeigt; damit keiner fehlt, fragen Sie öfter ab."
    ),
    "the listing ended before the last post seen: posts between may be missing": (
        "die Liste endete vor dem zuletzt gesehenen Beitrag: dazwischen fehlen vielleicht welche"
    ),
    "what could not be read before still stands there": "was schon vorher nicht lesbar war, steht noch da",
    "older posts were left unread": "ältere Beiträge blieben ungelesen",
    "Not looked at yet: it is due now.": "Noch nicht abgefragt: jetzt fällig.",
    "Works: looked {time}, {part}.": "Läuft: abgefragt {time}, {part}.",
    "Works: looked {time}, {part} ({detail}).": "Läuft: abgefragt {time}, {part} ({detail}).",
    "something was there": "etwas war da",
    "nothing new was there": "nichts Neues war da",
    "nothing to do, it is tried again": "nichts zu tun, es wird wieder versucht",
    "the source asked us to wait": "die Quelle bat uns zu warten",
    "the budget set for its credential is used up": "das Budget seiner Zugangsdaten ist aufgebraucht",
    "the platform says that the credit is used up": "die Plattform sagt, dass das Guthaben aufgebraucht ist",
    "the credential is missing, wrong or revoked": "die Zugangsdaten fehlen, sind falsch oder widerrufen",
    "the source refuses the query or the access": "die Quelle lehnt die Suche oder den Zugang ab",
    "the source cannot be reached": "die Quelle ist nicht zu erreichen",
    "what the source sent cannot be read": "was die Quelle geschickt hat, lässt sich nicht lesen",
    "Careline was not running": "Careline lief nicht",
    "raise the budget, or wait": "erhöhen Sie das Budget, oder warten Sie",
    "buy credit on the platform": "kaufen Sie Guthaben auf der Plattform",
    "the day's quota is used up": "das Kontingent des Tages ist aufgebraucht",
    "wait until then, look less often, or ask the platform for more": "warten Sie bis dahin, fragen Sie seltener, oder bitten Sie die Plattform um mehr",
    "check the secrets of its credential": "prüfen Sie die Geheimnisse seiner Zugangsdaten",
    (
        "Reddit lets in only keys that it approved: check the secrets of its credential, or ask Reddit for access at "
        "https://support.reddithelp.com/hc/en-us/requests/new with the client id, what is read and that people write the answers. "
        "Until then this feed misses all that it asks for; afterwards it reads what Reddit still shows of it. "
        "Other sources, answers by hand on reddit.com and careline import still work"
    ): (
        "Reddit lässt nur Schlüssel ein, die es genehmigt hat: prüfen Sie die Geheimnisse seiner Zugangsdaten, oder bitten Sie Reddit um Zugang unter "
        "https://support.reddithelp.com/hc/en-us/requests/new mit der Client-ID, was gelesen wird und dass Menschen die Antworten schreiben. "
        "Bis dahin fehlt alles, wonach dieser Feed fragt; danach liest er, was Reddit davon noch zeigt. "
        "Andere Quellen, Antworten von Hand auf reddit.com und careline import gehen weiter"
    ),
    "check the query and the access": "prüfen Sie die Suche und den Zugang",
    "report it with the details below": "melden Sie es mit den Einzelheiten unten",
}

ALERTS = {
    "Feed {name}: {why}": "Feed {name}: {why}",
    "Process {name} has shown no sign of life since {time} UTC: look at the output of  careline up.": (
        "Prozess {name} gibt seit {time} UTC kein Lebenszeichen: sehen Sie sich die Ausgabe von  careline up  an."
    ),
    "{n} mentions or more wait for the classifier. They reach the board flagged; see that the triage process runs.": (
        "{n} oder mehr Erwähnungen warten auf den Klassifikator. Sie kommen markiert auf die Tafel; sorgen Sie dafür, dass die Einordnung läuft."
    ),
    "{n} cases are about to break the promised time, the first at {time} UTC.": (
        "{n} Fälle überschreiten bald die zugesagte Zeit, der erste um {time} UTC."
    ),
    "{n} cases of high urgency are claimed by nobody, the first since {time} UTC.": (
        "{n} Fälle mit hoher Dringlichkeit hat niemand angenommen, den ersten seit {time} UTC."
    ),
    "{n} cases are a matter of press, legal or safety, and nobody who must know has looked at them.": (
        "{n} Fälle sind eine Sache für Presse, Recht oder Sicherheit, und niemand, der davon wissen muss, hat sie angesehen."
    ),
    "Case {case} is a matter of {escalation}; {who}.": "Fall {case} ist eine Sache für {escalation}; {who}.",
    "{person} has not looked at it": "{person} hat ihn nicht angesehen",
    "nobody owns such cases, and no lead has looked at it": "niemand ist für solche Fälle zuständig, und keine Leitung hat ihn angesehen",
    "Case {case} is of high urgency, and nobody has claimed it since {time} UTC.": (
        "Fall {case} hat hohe Dringlichkeit, und seit {time} UTC hat ihn niemand angenommen."
    ),
    "Case {case} was promised an answer until {time} UTC; {part}.": "Fall {case}: Antwort zugesagt bis {time} UTC; {part}.",
    "{person} has it": "{person} hat ihn",
    "nobody has claimed it": "niemand hat ihn angenommen",
    # With its hint first: the one without would take the hint for a part of the number.
    "An incident is likely: {n} complaints or urgent posts about {place} since {time} UTC, usually {usual}.{hint}": (
        "Wahrscheinlich ein Vorfall: {n} Beschwerden oder dringende Beiträge zu {place} seit {time} UTC, sonst {usual}.{hint}"
    ),
    "An incident is likely: {n} complaints or urgent posts about {place} since {time} UTC, usually {usual}.": (
        "Wahrscheinlich ein Vorfall: {n} Beschwerden oder dringende Beiträge zu {place} seit {time} UTC, sonst {usual}."
    ),
    " Look first at the cases {cases}.": " Sehen Sie zuerst die Fälle {cases} an.",
    "{brand}, feed {feed}": "{brand}, Feed {feed}",
    "The month's budget of {name} is used up: {part}.": "Das Monatsbudget von {name} ist aufgebraucht: {part}.",
    "At full pace the budget of {name} ends on {time}: {part}.": "In vollem Tempo endet das Budget von {name} am {time}: {part}.",
    "The day's quota of {name} is used up: {part}.": "Das Tageskontingent von {name} ist aufgebraucht: {part}.",
    "At full pace the quota of {name} ends on {time}: {part}.": "In vollem Tempo endet das Kontingent von {name} am {time}: {part}.",
    "keyword feeds are not read": "Stichwort-Feeds werden nicht gelesen",
    "nothing is given up so far": "noch wird auf nichts verzichtet",
    "old posts are not asked for again": "nach alten Beiträgen wird nicht noch einmal gefragt",
    "old posts are not asked for again, and nothing is previewed": "nach alten Beiträgen wird nicht noch einmal gefragt, und es gibt keine Vorschauen",
    "of keyword feeds a sample is read, less often": "von Stichwort-Feeds wird eine Stichprobe gelesen, seltener",
    "keyword feeds are counted and not read": "Stichwort-Feeds werden gezählt und nicht gelesen",
    "nothing is listened to, replies go on": "es wird nichts abgehört, Antworten gehen weiter",
    "Posts of this kind cannot be asked for again": "Nach Beiträgen dieser Art lässt sich nicht noch einmal fragen",
    "No feed listens there any more: nobody can ask for this post again": "Dort hört kein Feed mehr zu: nach diesem Beitrag kann niemand noch einmal fragen",
    "The budget lets no post be asked for again now": "Das Budget lässt gerade nicht zu, nach einem Beitrag noch einmal zu fragen",
    "This credential has no budget": "Diese Zugangsdaten haben kein Budget",
}

RECALLED = {
    "the case was given back before it was sent": "der Fall wurde zurückgegeben, bevor sie gesendet war",
    "{person} took the case before it was sent": "{person} hat den Fall angenommen, bevor sie gesendet war",
    "handed over to {person} before it was sent": "an {person} übergeben, bevor sie gesendet war",
    "given to {person} before it was sent": "an {person} gegeben, bevor sie gesendet war",
    "{person} took the case over before it was sent": "{person} hat den Fall übernommen, bevor sie gesendet war",
    "{person} left before it was sent": "{person} ist ausgeschieden, bevor sie gesendet war",
    "stopped by {person} before it was sent": "von {person} gestoppt, bevor sie gesendet war",
    "its incident was closed": "ihr Vorfall wurde geschlossen",
    "the post was deleted there: nothing was sent": "der Beitrag wurde dort gelöscht: es wurde nichts gesendet",
    "the post was changed there: read it again before you answer": "der Beitrag wurde dort geändert: lesen Sie ihn noch einmal, bevor Sie antworten",
    "taken back by {person}": "zurückgenommen von {person}",
    "{person} looked: it is not there": "{person} hat nachgesehen: sie steht nicht dort",
    "the customer asked us not to contact them": "der Kunde möchte nicht kontaktiert werden",
    "{why}; it may say the new words already: look on the platform": "{why}; vielleicht stehen die neuen Worte schon dort: sehen Sie auf der Plattform nach",
    "this customer's data are being erased": "die Daten dieses Kunden werden gelöscht",
    "Nobody can approve that for {source}: only for {allowed}": "Das kann für {source} niemand freigeben: nur für {allowed}",
    "That is a reply account of ours: what it wrote is the team's, and goes with the cases of its customers": "Das ist eines unserer Antwortkonten: was es schrieb, gehört dem Team und geht mit den Fällen seiner Kunden",
    "nobody has the case any more": "niemand hat den Fall mehr",
    "the customer wrote again: read it first": "der Kunde hat wieder geschrieben: lesen Sie das zuerst",
    "the customer wrote again before it was sent": "der Kunde hat wieder geschrieben, bevor sie gesendet war",
    "the case was claimed by somebody else before it was sent": "jemand anderes hat den Fall angenommen, bevor sie gesendet war",
    "the case was closed": "der Fall wurde geschlossen",
    "our account answered there in the meantime": "unser Konto hat dort inzwischen geantwortet",
    "our account answered there already": "unser Konto hat dort schon geantwortet",
    "our account answered there already: {url}": "unser Konto hat dort schon geantwortet: {url}",
    "two cases of this customer were merged: read it again": "zwei Fälle dieses Kunden wurden zusammengeführt: lesen Sie noch einmal",
    "some posts were split off: read it again": "einige Beiträge wurden abgetrennt: lesen Sie noch einmal",
    "the answer was changed otherwise": "die Antwort wurde anders geändert",
    "another reply was sent": "eine andere Antwort wurde gesendet",
    "joined with the reply that was taken back": "mit der zurückgenommenen Antwort verbunden",
    "joined with the draft of case {case}": "mit dem Entwurf von Fall {case} verbunden",
    "the draft was changed": "der Entwurf wurde geändert",
    "its pictures were changed": "seine Bilder wurden geändert",
    "the sender stopped before it knew": "das Senden brach ab, bevor klar war, ob sie dort steht",
    "the platform shows one post for this and for reply {reply}": "die Plattform zeigt für diese und für Antwort {reply} denselben Beitrag",
    "it was looked for and is not there": "sie wurde gesucht und steht nicht dort",
    "it was looked for and is not there: it may be sent again": "sie wurde gesucht und steht nicht dort: sie darf noch einmal gesendet werden",
    "a colleague reads it first: send it for approval": "jemand aus dem Team liest sie zuerst: geben Sie sie zur Freigabe",
    "no private message of this customer is left to answer: a private reply would come uncalled": (
        "von diesem Kunden ist keine private Nachricht mehr da: eine private Antwort käme ungefragt"
    ),
    "given up: {n} workers stopped over it": "aufgegeben: {n} Prozesse sind daran stehen geblieben",
    "the classifier did not come back": "der Klassifikator hat nicht geantwortet",
    "fetching it never came to an end": "das Holen kam nie zum Ende",
    "it claims more pixels than any camera takes": "es will mehr Bildpunkte haben, als eine Kamera aufnimmt",
    "it is none of {names}": "es ist keins von {names}",
    "it is broken: it cannot be decoded": "es ist beschädigt und lässt sich nicht lesen",
    "it is too large: {width} by {height} pixels": "es ist zu groß: {width} mal {height} Bildpunkte",
    "Private message": "Private Nachricht",
    "Solved on contact, cause unknown": "Beim Kontakt gelöst, Ursache unbekannt",
}

TABLES = (TIMELINE, STATES, REASONS, FEEDS, ALERTS, RECALLED)
