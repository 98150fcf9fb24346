"""What is said of deliveries and bridges, and of the platforms that only a person answers on, in German. Written as in `desk_words`."""

DELIVERIES = {
    "{name} is filled by deliveries: there is nothing to look at": "{name} wird durch Lieferungen gefüllt: es gibt nichts abzufragen",
    "{name} is filled by deliveries, not polled: docs/webhooks.md says how one is sent": (
        "{name} wird durch Lieferungen gefüllt, nicht abgefragt: docs/webhooks.md sagt, wie man eine schickt"
    ),
    "it is filled by deliveries": "er wird durch Lieferungen gefüllt",
    "Paused: deliveries are refused until it is resumed.": "Angehalten: Lieferungen werden abgelehnt, bis er fortgesetzt wird.",
    "Waits for its first delivery: docs/webhooks.md says how one is sent.": (
        "Wartet auf die erste Lieferung: docs/webhooks.md sagt, wie man eine schickt."
    ),
    "Filled by deliveries: the last one came {time}.": "Wird durch Lieferungen gefüllt: die letzte kam {time}.",
    "Filled by deliveries: the last one came {time}; nothing of it could be read.": (
        "Wird durch Lieferungen gefüllt: die letzte kam {time}; nichts davon war lesbar."
    ),
    "there is no feed of this name that takes deliveries: check the address, and that the feed names its credential": (
        "es gibt keinen Feed dieses Namens, der Lieferungen annimmt: prüfen Sie die Adresse und dass der Feed seine Zugangsdaten nennt"
    ),
    "more than {n} deliveries in a minute: put several posts into one, and try again in a minute": (
        "mehr als {n} Lieferungen in einer Minute: legen Sie mehrere Beiträge in eine, und versuchen Sie es in einer Minute noch einmal"
    ),
    "this delivery was taken already: nothing is to be done": "diese Lieferung wurde schon angenommen: es ist nichts zu tun",
    "no reply with this key was given to a bridge: use the key that came with it": (
        "keine Antwort mit diesem Schlüssel wurde einer Brücke übergeben: nehmen Sie den Schlüssel, der mit ihr kam"
    ),
    "this reply is {words}: no receipt is awaited": "diese Antwort ist {words}: es wird keine Quittung erwartet",
}

BRIDGES = {
    "the bridge took the reply and will say later what became of it": "die Brücke nahm die Antwort an und sagt später, was daraus wurde",
    "the bridge did not confirm the reply: {why}": "die Brücke hat die Antwort nicht bestätigt: {why}",
    "the bridge failed meanwhile (status {n}): the reply may stand there": (
        "die Brücke brach dabei ab (Status {n}): vielleicht steht die Antwort dort"
    ),
    "the bridge does not take this reply: {words}": "die Brücke nimmt diese Antwort nicht an: {words}",
    "the bridge took the reply, but its receipt cannot be read: {why}": (
        "die Brücke nahm die Antwort an, aber ihre Quittung lässt sich nicht lesen: {why}"
    ),
    "a bridge takes no pictures from here: remove them, or post it there": (
        "eine Brücke nimmt von hier keine Bilder: entfernen Sie sie, oder veröffentlichen Sie die Antwort dort"
    ),
    "its sender says that no app may answer there": "sein Absender sagt, dass dort keine App antworten darf",
    "Hacker News lets no app answer: answer at the post's own page": (
        "Hacker News lässt keine App antworten: antworten Sie auf der Seite des Beitrags"
    ),
    "Stack Exchange wants answers by people at the question's own page: answer there": (
        "Stack Exchange will Antworten von Menschen auf der Seite der Frage: antworten Sie dort"
    ),
    "answers on YouTube are written there: one by API costs 50 of the day's 10,000 units": (
        "Antworten auf YouTube werden dort geschrieben: eine über die API kostet 50 der 10.000 Einheiten des Tages"
    ),
}

TABLES = (DELIVERIES, BRIDGES)
