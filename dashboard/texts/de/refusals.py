"""What the desk answers when an act cannot be done, in German. Written as in `desk_words`."""

CASES = {
    "There is no such case": "Diesen Fall gibt es nicht",
    "There is no such case any more": "Diesen Fall gibt es nicht mehr",
    "There is no such reply": "Diese Antwort gibt es nicht",
    "There is no such mention": "Diese Erwähnung gibt es nicht",
    "This case is closed: reopen it first": "Dieser Fall ist geschlossen: öffnen Sie ihn zuerst wieder",
    "{person} has this case": "{person} hat diesen Fall",
    "{person} has this case: ask for a hand-over": "{person} hat diesen Fall: bitten Sie um eine Übergabe",
    "Claim this case first": "Nehmen Sie den Fall zuerst an",
    "{person} is off shift: say that they are to have it all the same, or choose somebody else": (
        "{person} ist nicht in Schicht: Sagen Sie, dass der Fall trotzdem dorthin soll, oder wählen Sie jemand anderen"
    ),
    "Only a lead or the owner of such cases takes the mark {escalation} off": (
        "Nur eine Leitung oder wer für solche Fälle zuständig ist, entfernt die Kennzeichnung {escalation}"
    ),
    "{person} has this case already": "{person} hat diesen Fall schon",
    "Nobody has this case: claim it": "Niemand hat diesen Fall: nehmen Sie ihn an",
    "That moment has passed already": "Dieser Zeitpunkt ist schon vorbei",
    "This case is not closed": "Dieser Fall ist nicht geschlossen",
    "This case was merged into case {case}: work on that one": "Dieser Fall wurde mit Fall {case} zusammengeführt: arbeiten Sie dort weiter",
    "This customer's thread goes on in case {case}: work on that one": "Das Gespräch mit diesem Kunden geht in Fall {case} weiter: arbeiten Sie dort",
    "The note is empty": "Die Notiz ist leer",
    "A note may have {longest} characters; this one has {n}": "Eine Notiz darf {longest} Zeichen haben; diese hat {n}",
    "What one person solved is for them and for leads": "Was jemand gelöst hat, sehen nur diese Person und die Leitung",
    "Only who wrote a note may remove it": "Nur wer eine Notiz geschrieben hat, darf sie entfernen",
    "This note is gone already": "Diese Notiz ist schon weg",
    "It has stood for ten minutes: colleagues may rely on it. Add another note that corrects it": (
        "Sie steht seit zehn Minuten da, und andere verlassen sich vielleicht darauf. Schreiben Sie eine Notiz, die sie berichtigt"
    ),
    "A reply is {state}: wait for its end, or take it back": "Eine Antwort ist {state}: warten Sie, bis sie fertig ist, oder nehmen Sie sie zurück",
    "A reply is {state}: wait for its end, or take it back, before you close the case": (
        "Eine Antwort ist {state}: warten Sie, bis sie fertig ist, oder nehmen Sie sie zurück, bevor Sie den Fall schließen"
    ),
    "Solved needs what solved it: write it down, or reuse what solved it before": (
        "Gelöst braucht, was geholfen hat: schreiben Sie es auf, oder nehmen Sie eine frühere Lösung"
    ),
    "Only a solved case has a resolution, this one is closed as {outcome}": "Nur ein gelöster Fall hat eine Lösung, dieser wird geschlossen als: {outcome}",
    "Declined needs the reason that the customer was given, the rule and what we can do instead; no other outcome has them": (
        "Abgelehnt braucht den Grund, der dem Kunden genannt wurde, die Vorgabe und was wir stattdessen tun können; kein anderes Ergebnis hat sie"
    ),
    "Moved needs where it goes on and the reference there; no other outcome has them": (
        "Geht anderswo weiter braucht den Ort und das Zeichen dort; kein anderes Ergebnis hat sie"
    ),
    "Nobody has answered this customer yet: choose another outcome": "Diesem Kunden hat noch niemand geantwortet: wählen Sie ein anderes Ergebnis",
    "There is no such resolution to reuse": "Diese Lösung gibt es nicht mehr",
    "There is no such resolution": "Diese Lösung gibt es nicht",
    "Its cause is known already: reload the page": "Die Ursache ist schon bekannt: laden Sie die Seite neu",
    "Say what the cause was, now that it is known": "Sagen Sie, was die Ursache war",
    "A resolution needs {missing}; if nobody knows the cause, say so": "Eine Lösung braucht {missing}; kennt niemand die Ursache, sagen Sie es",
    "cause": "Ursache",
    "fix": "Lösung",
    "evidence": "Nachweis",
    "Declined needs {missing}": "Abgelehnt braucht {missing}",
    "the reason that the customer was given": "den Grund, der dem Kunden genannt wurde",
    "the rule that it rests on": "die Vorgabe, auf der es beruht",
    "what we can do instead": "was wir stattdessen tun können",
    "Moved needs {missing}": "Geht anderswo weiter braucht {missing}",
    "where it goes on": "wo es weitergeht",
    "the reference under which it is found there": "das Zeichen, unter dem es dort zu finden ist",
    "Too long for a {part}: at most {n} characters": "Zu lang ({part}): höchstens {n} Zeichen",
    "to": "Ort",
    "reference": "Zeichen",
    "Only a case that was closed as solved can be confirmed by the customer": "Nur einen als gelöst geschlossenen Fall kann der Kunde bestätigen",
    "Choose a post that this customer wrote in this case": "Wählen Sie einen Beitrag dieses Kunden aus diesem Fall",
    "Choose a post that this customer wrote after our first answer": "Wählen Sie einen Beitrag, den der Kunde nach unserer ersten Antwort schrieb",
    "Choose posts that this customer wrote in this case": "Wählen Sie Beiträge dieses Kunden aus diesem Fall",
    "Leave at least one post in the case": "Lassen Sie mindestens einen Beitrag im Fall",
    "A case cannot be merged into itself": "Ein Fall lässt sich nicht mit sich selbst zusammenführen",
    "These are two customers: cases are merged, people never": "Das sind zwei Kunden: Fälle werden zusammengeführt, Menschen nie",
    "No feed caught this mention: nobody could answer it": "Kein Feed hat diese Erwähnung gefunden: niemand könnte antworten",
    "Our own post cannot be a case": "Unser eigener Beitrag kann kein Fall sein",
    "Our own post has no labels": "Unser eigener Beitrag hat keine Einordnung",
    "Its author deleted this post": "Dieser Beitrag wurde von seinem Verfasser gelöscht",
    "Nobody has corrected this label": "Diese Einordnung hat niemand korrigiert",
    "{label} is no answer to {question}: choose one of {names}": "{label} passt nicht zu {question}: wählen Sie aus {names}",
    "{n} cases wait for you and your limit is {limit}: answer one, hand one over or give one back first": (
        "{n} Fälle warten auf Sie, und Ihr Limit ist {limit}: beantworten, übergeben oder geben Sie zuerst einen zurück"
    ),
    "You are on a break: end it to be given cases": "Sie sind in der Pause: beenden Sie sie, um Fälle zu bekommen",
    "You are not on shift: begin it to be given cases": "Sie sind nicht in Schicht: beginnen Sie sie, um Fälle zu bekommen",
    "Nobody is on shift": "Niemand ist in Schicht",
    "Nothing like this was dealt": "So etwas wurde nicht verteilt",
    "This was taken back already": "Das wurde schon zurückgenommen",
}

BULK = {
    "There is no such act of yours to take back": "Es gibt nichts dergleichen von Ihnen zurückzunehmen",
    "This is more than {n} minutes ago: change the cases one by one": "Das ist mehr als {n} Minuten her: ändern Sie die Fälle einzeln",
    "Select at least one case": "Wählen Sie mindestens einen Fall aus",
    "At most {most} cases at once: {n} are selected": "Höchstens {most} Fälle auf einmal: ausgewählt sind {n}",
    "At most {most} cases in one act: {n} are selected": "Höchstens {most} Fälle auf einmal: ausgewählt sind {n}",
    "Say until when": "Sagen Sie, bis wann",
    "Say to whom": "Sagen Sie, an wen",
    "Choose a tag": "Wählen Sie ein Schlagwort",
    "Many cases at once are closed as spam, no action, duplicate or no answer; any other outcome is said of each case by itself": (
        "Viele Fälle auf einmal lassen sich schließen als Spam, nichts zu tun, doppelt oder ohne Antwort des Kunden; jedes andere Ergebnis gilt nur für einen Fall"
    ),
    "There is no such team": "Dieses Team gibt es nicht",
    "Somebody has changed it since": "Jemand hat ihn seither geändert",
    "{person} no longer works here": "{person} arbeitet nicht mehr hier",
    "This filter is too long to keep: shorten its search": "Dieser Filter ist zum Speichern zu lang: kürzen Sie die Suche",
    "{n} views are kept at most: remove one first": "Höchstens {n} Listen werden gespeichert: entfernen Sie zuerst eine",
    "There is no such view of yours": "Diese Liste haben Sie nicht",
    "There is no such view: it was removed, or its owner keeps it to themselves": "Diese Liste gibt es nicht: sie wurde entfernt oder nicht geteilt",
    "The name of a view has 1 to {n} characters": "Der Name einer Liste hat 1 bis {n} Zeichen",
    "You have a view “{name}” already": "Sie haben schon eine Liste „{name}“",
    "A tag cannot be merged into itself": "Ein Schlagwort lässt sich nicht mit sich selbst zusammenführen",
    "“{name}” is retired: bring it back first": "„{name}“ ist stillgelegt: bieten Sie es zuerst wieder an",
    "A tag needs a name": "Ein Schlagwort braucht einen Namen",
    "The name of a tag has {n} characters at most": "Der Name eines Schlagworts hat höchstens {n} Zeichen",
    "“{name}” was merged into “{kept}”: use that one": "„{name}“ wurde mit „{kept}“ zusammengeführt: nehmen Sie dieses",
    "There is a tag “{name}” already": "Es gibt schon ein Schlagwort „{name}“",
    "There is no such tag": "Dieses Schlagwort gibt es nicht",
    "“{name}” was merged into another tag: choose that one": "„{name}“ wurde mit einem anderen Schlagwort zusammengeführt: wählen Sie jenes",
    "“{name}” is retired: choose another tag": "„{name}“ ist stillgelegt: wählen Sie ein anderes Schlagwort",
}

REPLIES = {
    "A reply waits for approval already: take it back first": "Eine Antwort wartet schon auf Freigabe: nehmen Sie sie zuerst zurück",
    "This reply has left the editor already": "Diese Antwort ist schon unterwegs",
    "Nobody else here may approve a reply: ask a lead to come in": "Sonst darf hier niemand eine Antwort freigeben: bitten Sie die Leitung dazu",
    "Its pictures were changed since this was asked: it has to be asked again": "Ihre Bilder wurden seither geändert: bitten Sie noch einmal darum",
    "The case changed hands since this was asked": "Der Fall hat seither die Zuständigkeit gewechselt",
    "Say what should be different": "Sagen Sie, was anders sein soll",
    "This post cannot be answered: {why}": "Auf diesen Beitrag lässt sich nicht antworten: {why}",
    "the platform offers no way": "die Plattform bietet keinen Weg",
    "There is no such approval": "Diese Freigabe gibt es nicht",
    "This was decided or taken back already": "Das wurde schon entschieden oder zurückgenommen",
    "This is your own reply: somebody else reads it": "Das ist Ihre eigene Antwort: jemand anderes liest sie",
    "Whoever learns cannot approve the replies of others yet": "Wer sich einarbeitet, kann die Antworten anderer noch nicht freigeben",
    "This approval is for another reply": "Diese Freigabe gilt einer anderen Antwort",
    "You answer with a colleague who reads first: send it for approval": "Bei Ihnen liest zuerst jemand aus dem Team: geben Sie sie zur Freigabe",
    "This case is sensitive, so a colleague reads the answer first: send it for approval": (
        "Dieser Fall ist heikel, darum liest zuerst jemand aus dem Team: geben Sie die Antwort zur Freigabe"
    ),
    "Every reply is read by a colleague at the moment: send it for approval": "Zurzeit liest jemand aus dem Team jede Antwort: geben Sie sie zur Freigabe",
    "A colleague reads it first: send it for approval": "Zuerst liest sie jemand aus dem Team: geben Sie sie zur Freigabe",
    "No picture can go with this reply: remove it, or post it there by hand": (
        "Mit dieser Antwort geht kein Bild: entfernen Sie es, oder veröffentlichen Sie sie dort von Hand"
    ),
    "A reply here takes {most} pictures, this has {n}: remove some": "Eine Antwort nimmt hier {most} Bilder, diese hat {n}: entfernen Sie einige",
    "This place does not take {names}: remove it": "Hier geht {names} nicht: entfernen Sie es",
    "No picture can go with a reply here: this place takes text only": "Mit einer Antwort geht hier kein Bild: hier geht nur Text",
    "A reply here takes {most} pictures: remove one first": "Eine Antwort nimmt hier {most} Bilder: entfernen Sie zuerst eins",
    "This place does not take that kind of picture": "Diese Art von Bild geht hier nicht",
    "The picture is too large: this place takes {n} MB": "Das Bild ist zu groß: hier gehen {n} MB",
    "There is no such picture any more": "Dieses Bild gibt es nicht mehr",
    "There is no such picture": "Dieses Bild gibt es nicht",
    "This picture has left with its reply": "Dieses Bild ist mit seiner Antwort hinausgegangen",
    "It is {state}: only an answer that stands on its platform can be changed there": (
        "Sie ist {state}: nur eine Antwort, die auf ihrer Plattform steht, lässt sich dort ändern"
    ),
    "A change of this answer is under way: wait for its end": "Diese Antwort wird gerade geändert: warten Sie, bis das fertig ist",
    "This answer was taken back already": "Diese Antwort wurde schon zurückgenommen",
    "Nobody knows which post this is: change it on the platform itself": "Niemand weiß, welcher Beitrag das ist: ändern Sie ihn auf der Plattform selbst",
    "{source} does not let an app do that: do it on the platform itself": "{source} erlaubt das keiner App: tun Sie es auf der Plattform selbst",
    "This is what it says already: word it otherwise": "So steht es schon da: formulieren Sie anders",
    "The post does not mention @{handle}: the platform lets it be answered there, not by API": (
        "Der Beitrag erwähnt @{handle} nicht: die Plattform erlaubt die Antwort dort, nicht über die API"
    ),
    "Its author deleted this post: it cannot be answered any more": "Dieser Beitrag wurde gelöscht: darauf lässt sich nicht mehr antworten",
    "There is no such reply account any more: choose another": "Dieses Antwortkonto gibt es nicht mehr: wählen Sie ein anderes",
    "@{handle} answers for another brand": "@{handle} antwortet für eine andere Marke",
    "@{handle} answers on {where}, this customer wrote on {place}": "@{handle} antwortet auf {where}, dieser Kunde schrieb auf {place}",
    "The reply is empty": "Die Antwort ist leer",
    "Fill in {names} first": "Füllen Sie zuerst aus: {names}",
    "{over} characters too long: {source} takes {limit}, this has {n}": "{over} Zeichen zu lang: {source} nimmt {limit}, diese hat {n}",
    "{author} wrote again: read it before you answer": "{author} hat wieder geschrieben: lesen Sie das, bevor Sie antworten",
    "A reply by {person} to this post is {state}: wait for its end, or take it back": (
        "Eine Antwort von {person} auf diesen Beitrag ist {state}: warten Sie, bis sie fertig ist, oder nehmen Sie sie zurück"
    ),
    "Our account answered in the meantime: read it first": "Unser Konto hat inzwischen geantwortet: lesen Sie das zuerst",
    "This was sent already, word for word": "Das wurde schon gesendet, Wort für Wort",
    "{whose} answered {when}: read it first": "{whose} hat {when} geantwortet: lesen Sie das zuerst",
    "Somebody": "Jemand",
    "at {time} UTC": "um {time} UTC",
    "already": "schon",
    "{who} asked us not to contact them, {ends}. {words}": "{who} möchte nicht kontaktiert werden, {ends}. {words}",
    "{who} asked us not to contact them, {ends}.": "{who} möchte nicht kontaktiert werden, {ends}.",
    "This customer": "Dieser Kunde",
    "so they are not written to": "darum wird nicht geschrieben",
    "so no reply leaves until a lead lifts that": "darum geht keine Antwort hinaus, bis die Leitung das aufhebt",
    "There is no such author": "Dieses Konto gibt es nicht",
    "Say why: somebody will have to decide whether it still holds": "Sagen Sie, warum: jemand wird entscheiden müssen, ob es noch gilt",
    "This model has not read a single mention here yet: wait until there is something to compare": (
        "Dieses Modell hat hier noch keine Erwähnung gelesen: warten Sie, bis es etwas zu vergleichen gibt"
    ),
    "This model is not being tried any more": "Dieses Modell wird nicht mehr erprobt",
    "There is no model to go back to: this one was not chosen here": "Es gibt kein Modell davor: dieses wurde nicht hier gewählt",
    "This is longer than {n} characters: nothing was saved": "Das ist länger als {n} Zeichen: nichts wurde gespeichert",
    "This draft was changed in another window": "Dieser Entwurf wurde in einem anderen Fenster geändert",
    "This draft was changed in another window: read it first": "Dieser Entwurf wurde in einem anderen Fenster geändert: lesen Sie ihn zuerst",
    "This form belongs to another case: open it again": "Dieses Formular gehört zu einem anderen Fall: öffnen Sie ihn neu",
    "All replies are held: it stays a draft until a lead ends the hold": "Alle Antworten sind angehalten: sie bleibt ein Entwurf, bis die Leitung das beendet",
    "This customer was told already, or somebody is writing to them": "Dieser Kunde weiß schon Bescheid, oder jemand schreibt gerade",
    "This post is answered by a person": "Auf diesen Beitrag antwortet eine Person",
    "Too late to take it back: it is {state}": "Zu spät zum Zurücknehmen: sie ist {state}",
    "It may stand on the platform: look there first, and say whether it does": "Vielleicht steht sie auf der Plattform: sehen Sie zuerst nach, und sagen Sie es",
    "It is {state}: there is nothing to send again": "Sie ist {state}: es gibt nichts noch einmal zu senden",
    "It is {state}: there is nothing to decide": "Sie ist {state}: es gibt nichts zu entscheiden",
    "It is {state}: it needs no proof": "Sie ist {state}: sie braucht keinen Nachweis",
    "A reply that is {state} cannot become {to_state}": "Eine Antwort, die {state} ist, kann nicht {to_state} werden",
    "This is the customer's post: paste the link of the answer": "Das ist der Beitrag des Kunden: fügen Sie den Link der Antwort ein",
    "This is no link: it starts with https://": "Das ist kein Link: er beginnt mit https://",
    "A saved reply needs a name of at most {n} characters": "Ein Textbaustein braucht einen Namen von höchstens {n} Zeichen",
    "A saved reply needs a text of at most {n} characters": "Ein Textbaustein braucht einen Text von höchstens {n} Zeichen",
    "A language is named by its code, such as en or de; leave it empty for all": "Eine Sprache wird mit ihrem Kürzel genannt, etwa en oder de; leer gilt für alle",
    "There is no such brand any more: choose another": "Diese Marke gibt es nicht mehr: wählen Sie eine andere",
    "There is no such saved reply any more": "Diesen Textbaustein gibt es nicht mehr",
    "A name to sign with begins with a letter and has at most 30 letters, digits, spaces, dots and dashes": (
        "Ein Name zum Unterschreiben beginnt mit einem Buchstaben und hat höchstens 30 Buchstaben, Ziffern, Leerzeichen, Punkte und Striche"
    ),
}

TABLES = (CASES, BULK, REPLIES)
