"""Die Seite Feeds, für Foren, Blogs und App-Stores."""

TEXTS: dict[str, str] = {
    "source.wordpress": "WordPress",
    "source.appstore": "App Store",
    "source.googleplay": "Google Play",
    "feeds.kind.discourse.posts": "Alle neuen Beiträge",
    "feeds.kind.discourse.search": "Suche",
    "feeds.kind.wordpress.": "Kommentare",
    "feeds.kind.appstore.reviews": "Bewertungen unserer App",
    "feeds.kind.appstore.public": "Bewertungen einer App vom Wettbewerb",
    "feeds.kind.googleplay.": "Bewertungen unserer App",
    "feeds.about.discourse": "Ein öffentliches Forum braucht keinen Schlüssel. Antworten und Foren mit Anmeldung brauchen Zugangsdaten in settings.toml.",
    "feeds.about.wordpress": (
        "Kommentare zu den Artikeln einer Seite. Lesen braucht keinen Schlüssel; Antworten brauchen das Anwendungspasswort eines Kontos in settings.toml."
    ),
    "feeds.about.appstore": "Bewertungen von Apps, die uns gehören. Eine Bewertung hat eine Antwort: eine neue ersetzt sie, nach einigen Stunden.",
    "feeds.about.googleplay": (
        "Bewertungen von Apps, die uns gehören, aus den letzten sieben Tagen: ältere gibt Google nicht heraus. Eine Antwort hat 350 Zeichen."
    ),
    "feeds.form.query.discourse": (
        "Wie überall hier; das Forum wird für jede Möglichkeit einzeln gefragt. Eigene Operatoren wie category:support überlassen alles dem Forum."
    ),
    "feeds.form.url.discourse": "Adresse des Forums",
    "feeds.form.url.discourse.hint": "https://community.example.com",
    "feeds.form.url.wordpress": "Adresse der Seite",
    "feeds.form.url.wordpress.hint": "https://blog.example.com",
    "feeds.form.categories.optional": "Nur diese Kategorien (leer: alle)",
    "feeds.form.categories.hint": "5+12: die Zahlen am Ende ihrer Adressen",
    "feeds.form.app": "App",
    "feeds.form.app.hint": "1234567890: die Zahl am Ende ihrer Adresse im App Store",
    "feeds.form.package": "Paketname",
    "feeds.form.package.hint": "com.acme.shop",
    "feeds.fault.no_app": "Er braucht die Nummer der App im App Store.",
    "feeds.fault.no_package": "Er braucht den Paketnamen der App.",
}
