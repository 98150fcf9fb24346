"""What the listener says of Mastodon and Bluesky where people of the team read it, in German. Written as in `desk_words`."""

MASTODON = {
    "The Mastodon server is not available just now (status {n})": "Der Mastodon-Server ist gerade nicht verfügbar (Status {n})",
    "The Mastodon server limits this credential: {words}": "Der Mastodon-Server begrenzt diese Zugangsdaten: {words}",
    "The Mastodon server does not accept the credential: {words}": "Der Mastodon-Server nimmt die Zugangsdaten nicht an: {words}",
    "The Mastodon server redirects elsewhere: check base_url of the credential": (
        "Der Mastodon-Server leitet woandershin: prüfen Sie base_url der Zugangsdaten"
    ),
    "The Mastodon server does not know this (status {n}): {words}": "Der Mastodon-Server kennt das nicht (Status {n}): {words}",
    "The Mastodon server refuses (status {n}): {words}": "Der Mastodon-Server lehnt ab (Status {n}): {words}",
    "The Mastodon server answered with status {n}: {words}": "Der Mastodon-Server antwortete mit Status {n}: {words}",
    "The Mastodon server failed while posting (status {n}): the reply may stand there": (
        "Der Mastodon-Server brach beim Veröffentlichen ab (Status {n}): vielleicht steht die Antwort dort"
    ),
    "The Mastodon server does not take this reply: {words}": "Der Mastodon-Server nimmt diese Antwort nicht an: {words}",
    "The Mastodon server's answer is no {words}": "Die Rückmeldung des Mastodon-Servers ist nicht zu lesen ({words} erwartet)",
    "the account's own statuses cannot be read": "die eigenen Beiträge des Kontos lassen sich nicht lesen",
    "the account's own statuses could not be read to the end: there are too many": (
        "die eigenen Beiträge des Kontos ließen sich nicht bis zum Ende lesen: es sind zu viele"
    ),
    "This server lets no app delete a status: delete it there": "Dieser Server lässt keine App löschen: löschen Sie den Beitrag dort",
    "This server takes {n} characters, with the name in front this has {count}: make it shorter": (
        "Dieser Server nimmt {n} Zeichen, mit dem Namen davor sind es {count}: kürzen Sie die Antwort"
    ),
    "The Mastodon server does not take the picture {name}: {why}": "Der Mastodon-Server nimmt das Bild {name} nicht an: {why}",
    "The Mastodon server took the picture {name}, but its answer cannot be read: try again": (
        "Der Mastodon-Server nahm das Bild {name} an, aber die Rückmeldung lässt sich nicht lesen: versuchen Sie es noch einmal"
    ),
    "The Mastodon server still works on the picture {name}": "Der Mastodon-Server arbeitet noch an dem Bild {name}",
    "The Mastodon server took the reply, but its answer cannot be read": (
        "Der Mastodon-Server nahm die Antwort an, aber die Rückmeldung lässt sich nicht lesen"
    ),
    "The status that is answered cannot be read just now": "Der Beitrag, auf den geantwortet wird, lässt sich gerade nicht lesen",
    "The status that is answered is somebody else's: a private answer goes only to who wrote": (
        "Der Beitrag, auf den geantwortet wird, ist von jemand anderem: eine private Antwort geht nur an die Person, die schrieb"
    ),
    "A private answer is shown to everybody whom it names: take {names} out of it": (
        "Eine private Antwort sehen alle, die darin genannt sind: nehmen Sie {names} heraus"
    ),
    "The Mastodon server cannot be reached: {why}": "Der Mastodon-Server ist nicht zu erreichen: {why}",
    "The Mastodon server did not confirm the reply: {why}": "Der Mastodon-Server hat die Antwort nicht bestätigt: {why}",
}

BLUESKY = {
    "Bluesky is not available just now (status {n})": "Bluesky ist gerade nicht verfügbar (Status {n})",
    "Bluesky limits this credential: {words}": "Bluesky begrenzt diese Zugangsdaten: {words}",
    "Bluesky does not accept the token: {words}": "Bluesky nimmt das Token nicht an: {words}",
    "Bluesky does not accept the credential: {words}": "Bluesky nimmt die Zugangsdaten nicht an: {words}",
    "Bluesky does not let this app password do that ({words}): private messages need an app password with access to direct messages": (
        "Bluesky erlaubt diesem App-Passwort das nicht ({words}): private Nachrichten brauchen ein App-Passwort mit Zugang zu Direktnachrichten"
    ),
    "a conversation of several people is answered in Bluesky's own app: all of them would read it": (
        "ein Gespräch mit mehreren wird in der App von Bluesky beantwortet: alle würden es lesen"
    ),
    "Bluesky takes no pictures with a private message: remove them": (
        "Bluesky nimmt zu einer privaten Nachricht keine Bilder: nehmen Sie sie heraus"
    ),
    "Bluesky does not know this (status {n}): {words}": "Bluesky kennt das nicht (Status {n}): {words}",
    "The Mastodon server wants to be paid: {words}": "Der Mastodon-Server will bezahlt werden: {words}",
    "Bluesky wants to be paid: {words}": "Bluesky will bezahlt werden: {words}",
    "Bluesky redirects elsewhere: check base_url of the credential": "Bluesky leitet woandershin: prüfen Sie base_url der Zugangsdaten",
    "Bluesky refuses (status {n}): {words}": "Bluesky lehnt ab (Status {n}): {words}",
    "Bluesky answered with status {n}: {words}": "Bluesky antwortete mit Status {n}: {words}",
    "Bluesky failed while posting (status {n}): the reply may stand there": (
        "Bluesky brach beim Veröffentlichen ab (Status {n}): vielleicht steht die Antwort dort"
    ),
    "Bluesky does not take this reply: {why}": "Bluesky nimmt diese Antwort nicht an: {why}",
    "this reply does not lie with the account of the credential: delete it there": (
        "diese Antwort liegt nicht beim Konto der Zugangsdaten: löschen Sie sie dort"
    ),
    "{why}; and it cannot be looked for: {error}": "{why}; und nachsehen lässt sich nicht: {error}",
    "Bluesky does not take the picture {name}: {why}": "Bluesky nimmt das Bild {name} nicht an: {why}",
    "Bluesky took the picture {name}, but its answer cannot be read: try again": (
        "Bluesky nahm das Bild {name} an, aber die Rückmeldung lässt sich nicht lesen: versuchen Sie es noch einmal"
    ),
    "Bluesky took the reply, but its answer cannot be read": "Bluesky nahm die Antwort an, aber die Rückmeldung lässt sich nicht lesen",
    "the picture {name} cannot be sent: {words}": "das Bild {name} lässt sich nicht senden: {words}",
    "the picture {name} is too large for Bluesky: remove it": "das Bild {name} ist zu groß für Bluesky: entfernen Sie es",
    "private messages of Bluesky are answered in its own app": "private Nachrichten werden in der App von Bluesky beantwortet",
    "Bluesky takes {n} signs, this has {count}: make it shorter": "Bluesky nimmt {n} Zeichen, diese Antwort hat {count}: kürzen Sie sie",
    "The post is gone: Bluesky does not show it any more": "Der Beitrag ist weg: Bluesky zeigt ihn nicht mehr",
    "the author chose who may answer here, and this account may not": (
        "wer hier antworten darf, hat die Person festgelegt, die schrieb: dieses Konto darf es nicht"
    ),
    "Bluesky cannot be reached: {why}": "Bluesky ist nicht zu erreichen: {why}",
    "Bluesky did not confirm the reply: {why}": "Bluesky hat die Antwort nicht bestätigt: {why}",
}

TABLES = (MASTODON, BLUESKY)
