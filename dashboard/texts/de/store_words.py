"""What the listener says of forums, blogs and app stores, in German. Written as in `desk_words`."""

STORES = {
    "a review has one answer: a new one takes the place of the one that stands there": (
        "eine Bewertung hat eine Antwort: eine neue ersetzt die, die dort steht"
    ),
    "only the app's owner can answer its reviews": "nur wem die App gehört, kann ihre Bewertungen beantworten",
    "an answer in the App Store is text only: remove the pictures": "eine Antwort im App Store ist nur Text: entfernen Sie die Bilder",
    "an answer in Google Play is text only: remove the pictures": "eine Antwort in Google Play ist nur Text: entfernen Sie die Bilder",
    'the account does not say which app it answers for: give it site = "com.acme.shop"': (
        'das Konto sagt nicht, für welche App es antwortet: geben Sie ihm site = "com.acme.shop"'
    ),
}

FORUMS = {
    "no pictures are sent to Discourse from here: remove them, or post it there": (
        "von hier gehen keine Bilder an Discourse: entfernen Sie sie oder antworten Sie dort"
    ),
    "WordPress takes no pictures with a comment: remove them, or post it there": (
        "WordPress nimmt keine Bilder mit einem Kommentar: entfernen Sie sie oder antworten Sie dort"
    ),
    "the post is gone, or not public any more: there is nothing to answer": (
        "der Beitrag ist weg oder nicht mehr öffentlich: es gibt nichts zu beantworten"
    ),
    "this reply waits for a moderator of the forum: only there it can be changed": (
        "diese Antwort wartet auf eine Freigabe im Forum: nur dort lässt sie sich ändern"
    ),
    "this reply has no number on the site: change it there": "diese Antwort hat auf der Seite keine Nummer: ändern Sie sie dort",
    "it is not known which article this comment stands on: answer it there": (
        "es ist nicht bekannt, zu welchem Artikel dieser Kommentar gehört: antworten Sie dort"
    ),
    "the article takes no more comments: nobody can answer there": "der Artikel nimmt keine Kommentare mehr an: dort kann niemand antworten",
}

CALLS = {
    f"{name} {english}": f"{name} {german}"
    for name in ("Discourse", "WordPress", "App Store Connect", "Google Play")
    for english, german in (
        ("does not take it: {words}", "nimmt das nicht an: {words}"),
        ("did not confirm it: {why}", "hat es nicht bestätigt: {why}"),
        ("failed meanwhile (status {n}): it may stand there", "brach dabei ab (Status {n}): vielleicht steht es dort"),
        ("took it, but its answer cannot be read", "nahm es an, aber die Rückmeldung lässt sich nicht lesen"),
        ("limits this credential: {words}", "begrenzt diese Zugangsdaten: {words}"),
        ("does not accept the credential: {words}", "nimmt die Zugangsdaten nicht an: {words}"),
        ("is not available just now (status {n})", "ist gerade nicht verfügbar (Status {n})"),
        ("refuses (status {n}): {words}", "lehnt ab (Status {n}): {words}"),
    )
}

TABLES = (STORES, FORUMS, CALLS)
