"""What the listener says of platforms and addresses where people of the team read it, in German. Written as in `desk_words`."""

ANSWERS = {
    "X lets an app answer only a post that mentions or quotes the answering account (rule of 23 February 2026)": (
        "X lässt eine App nur auf Beiträge antworten, die das antwortende Konto erwähnen oder zitieren (Regel vom 23. Februar 2026)"
    ),
    "a conversation of several people is answered in X's own app: all of them would read it": (
        "ein Gespräch mit mehreren wird in der App von X beantwortet: alle würden es lesen"
    ),
    "nothing can be posted through a feed: answer at the entry's own page": "über einen Feed lässt sich nichts veröffentlichen: antworten Sie auf der Seite des Eintrags",
    "this post comes from a file: answer it where it was written": "dieser Beitrag kommt aus einer Datei: antworten Sie dort, wo er geschrieben wurde",
    "the thread is locked: nobody can answer there": "das Gespräch ist gesperrt: dort kann niemand antworten",
    "the thread is archived: nobody can answer there any more": "das Gespräch ist archiviert: dort kann niemand mehr antworten",
    "{name} while sending: the log of deliver has the details": "{name} beim Senden: Näheres steht im Protokoll von deliver",
    "{name} while looking for it: the log of deliver has the details": "{name} beim Nachsehen: Näheres steht im Protokoll von deliver",
    "{name}: the log of deliver has the details": "{name}: Näheres steht im Protokoll von deliver",
    "it may stand there already; looking for it did not work: {why}": "vielleicht steht sie schon dort; das Nachsehen ging nicht: {why}",
    "{source} lets no app do that: do it on the platform itself": "{source} erlaubt das keiner App: tun Sie es auf der Plattform selbst",
    "the server says that it is {words}, no picture": "der Server sagt, es sei {words}, kein Bild",
    "pictures of private messages need the account's own keys: set {words}": (
        "Bilder privater Nachrichten brauchen die eigenen Schlüssel des Kontos: setzen Sie {words}"
    ),
    "{source} does not say where its pictures lie: none is fetched": "{source} sagt nicht, wo seine Bilder liegen: keins wird geholt",
    "X failed while posting (status {n}): the reply may stand there": "X brach beim Veröffentlichen ab (Status {n}): vielleicht steht die Antwort dort",
    "X redirects elsewhere: check base_url of the credential": "X leitet woandershin: prüfen Sie base_url der Zugangsdaten",
    "Reddit wants to be paid: {words}": "Reddit will bezahlt werden: {words}",
    "X does not take this reply: {words}": "X nimmt diese Antwort nicht an: {words}",
    "The post is gone: {words}": "Der Beitrag ist weg: {words}",
    "X does not let this app or account post: {words}": "X lässt diese App oder dieses Konto nichts veröffentlichen: {words}",
    "X does not let an app answer here: {words}": "X lässt hier keine App antworten: {words}",
    "X is not available just now (status {n})": "X ist gerade nicht verfügbar (Status {n})",
    "X does not accept the credential: {words}": "X nimmt die Zugangsdaten nicht an: {words}",
    "X says that the credit is used up: {words}": "X sagt, dass das Guthaben aufgebraucht ist: {words}",
    "X says that the usage cap is reached: {words}": "X sagt, dass die Obergrenze erreicht ist: {words}",
    "X refuses the request (status {n}): {words}": "X lehnt die Anfrage ab (Status {n}): {words}",
    'X refuses the request (status {n}): {words}. X may have renamed its fields: set field_names = "post" (or "tweet") at the credential': (
        'X lehnt die Anfrage ab (Status {n}): {words}. Vielleicht hat X seine Felder umbenannt: setzen Sie field_names = "post" (oder "tweet")'
    ),
    "X answered with status {n}: {words}": "X antwortete mit Status {n}: {words}",
    "X limits this credential{limit}: {words}": "X begrenzt diese Zugangsdaten{limit}: {words}",
    "X limits this credential: {words}": "X begrenzt diese Zugangsdaten: {words}",
    "X cannot be reached: {why}": "X ist nicht zu erreichen: {why}",
    "X did not confirm the reply: {why}": "X hat die Antwort nicht bestätigt: {why}",
    "X took the reply, but its answer cannot be read": "X nahm die Antwort an, aber die Rückmeldung lässt sich nicht lesen",
    "Reddit failed while posting (status {n}): the reply may stand there": "Reddit brach beim Veröffentlichen ab (Status {n}): vielleicht steht die Antwort dort",
    "Reddit does not take this reply: {words}": "Reddit nimmt diese Antwort nicht an: {words}",
    "Reddit limits this account: {words}": "Reddit begrenzt dieses Konto: {words}",
    "Reddit limits this credential: {words}": "Reddit begrenzt diese Zugangsdaten: {words}",
    "Reddit needs an account to answer: {words}": "Reddit braucht zum Antworten ein Konto: {words}",
    "Reddit is not available just now (status {n})": "Reddit ist gerade nicht verfügbar (Status {n})",
    "Reddit does not accept the credential: {words}": "Reddit nimmt die Zugangsdaten nicht an: {words}",
    "Reddit does not accept the credential{hint}: {words}": "Reddit nimmt die Zugangsdaten nicht an{hint}: {words}",
    " for this: a scope is missing": " (hierfür fehlt eine Berechtigung)",
    "Reddit does not accept the credential for this: a scope is missing: {words}": (
        "Reddit nimmt die Zugangsdaten hierfür nicht an: eine Berechtigung fehlt: {words}"
    ),
    "Reddit does not let this key in (status {n}): {words}": "Reddit lässt diesen Schlüssel nicht ein (Status {n}): {words}",
    "name the reference {words} when you ask": "nennen Sie die Vorgangsnummer {words}, wenn Sie anfragen",
    "no approval is noted at the credential (approval in settings.toml)": (
        "bei den Zugangsdaten ist keine Genehmigung vermerkt (approval in settings.toml)"
    ),
    "Reddit needs an account to show this: {words}": "Reddit zeigt das nur einem Konto: {words}",
    "Reddit refuses: {words}": "Reddit lehnt ab: {words}",
    "Reddit refuses {name} (status {n}): {words}": "Reddit lehnt {name} ab (Status {n}): {words}",
    "Reddit answered with status {n}: {words}": "Reddit antwortete mit Status {n}: {words}",
    "{name}: there is no such subreddit": "{name}: diesen Subreddit gibt es nicht",
    "{name} needs an account: give the credential a refresh token, or user name and password": (
        "{name} braucht ein Konto: geben Sie den Zugangsdaten ein Refresh-Token oder Namen und Passwort"
    ),
    "Reddit redirects {name} elsewhere": "Reddit leitet {name} woandershin",
    "Reddit cannot be reached: {why}": "Reddit ist nicht zu erreichen: {why}",
    "Reddit did not confirm the reply: {why}": "Reddit hat die Antwort nicht bestätigt: {why}",
    "Reddit took the reply, but its answer cannot be read": "Reddit nahm die Antwort an, aber die Rückmeldung lässt sich nicht lesen",
    "Reddit took the reply but does not show it: a filter of the subreddit may have removed it": (
        "Reddit nahm die Antwort an, zeigt sie aber nicht: vielleicht hat ein Filter des Subreddits sie entfernt"
    ),
    "an error without words": "ein Fehler ohne Worte",
}

ADDRESSES = {
    "this is not an address: {words}. Expected something like https://forum.example/feed.xml": (
        "das ist keine Adresse: {words}. Erwartet wird etwas wie https://forum.example/feed.xml"
    ),
    "this is not a web address. Expected something like https://forum.example/feed.xml": (
        "das ist keine Webadresse. Erwartet wird etwas wie https://forum.example/feed.xml"
    ),
    "the name {name} cannot be looked up ({words}): check the address, or the network": (
        "der Name {name} lässt sich nicht auflösen ({words}): prüfen Sie die Adresse oder das Netz"
    ),
    "{name} is not a host name": "{name} ist kein Rechnername",
    "cannot connect to {name}": "keine Verbindung zu {name}",
    "cannot connect to {name}: {words}": "keine Verbindung zu {name}: {words}",
    "the connection to {name} broke off ({words})": "die Verbindung zu {name} brach ab ({words})",
    "{name} did not answer in time": "{name} hat nicht rechtzeitig geantwortet",
    "the server answered {n}: too many requests": "der Server antwortete {n}: zu viele Anfragen",
    "the server answered {n}: payment required": "der Server antwortete {n}: es muss bezahlt werden",
    "the server answered {n}: it wants a name and a password": "der Server antwortete {n}: er will Namen und Passwort",
    "the server answered {n}: it is broken just now": "der Server antwortete {n}: er ist gerade gestört",
    "the server answered {n}: it does not give this out": "der Server antwortete {n}: das gibt er nicht heraus",
    "the server answered {n}: it does not let us read this": "der Server antwortete {n}: er lässt uns das nicht lesen",
    "the server answered {n}: there is nothing at this address": "der Server antwortete {n}: unter dieser Adresse gibt es nichts",
    "the server answered {n}: this is gone for good": "der Server antwortete {n}: das gibt es nicht mehr",
    "this address is a web page, not a feed. The page names this feed: {url}": (
        "diese Adresse ist eine Webseite, kein Feed. Die Seite nennt diesen Feed: {url}"
    ),
    "this address is a web page, not a feed: look for its RSS or Atom link": (
        "diese Adresse ist eine Webseite, kein Feed: suchen Sie dort den Link zu RSS oder Atom"
    ),
    "the answer is neither RSS nor Atom": "die Antwort ist weder RSS noch Atom",
    "the answer cannot be read as RSS or Atom ({words})": "die Antwort lässt sich nicht als RSS oder Atom lesen ({words})",
    "the server sent an empty answer where a feed was expected": "der Server schickte eine leere Antwort statt eines Feeds",
    "no entry of the last look is left: entries may have been missed, look more often": (
        "kein Eintrag der letzten Abfrage ist noch da: vielleicht fehlen Einträge, fragen Sie öfter ab"
    ),
    "the feed has moved for good: enter its new address {url}": "der Feed ist endgültig umgezogen: tragen Sie die neue Adresse ein {url}",
    "no connection in time": "keine Verbindung in der Zeit",
    "no answer in time": "keine Antwort in der Zeit",
    "the encrypted connection failed": "die verschlüsselte Verbindung kam nicht zustande",
    "no connection": "keine Verbindung",
    "the connection broke ({words})": "die Verbindung brach ab ({words})",
}

QUERIES = {
    "at character {n}: {why}": "bei Zeichen {n}: {why}",
    "at character {n}: {why} ({hint})": "bei Zeichen {n}: {why} ({hint})",
    "the query cannot be read {why}": "die Suche kann nicht gelesen werden, {why}",
    "the query cannot be read: {why}": "die Suche kann nicht gelesen werden: {why}",
    "the query cannot be used {why}": "die Suche kann nicht benutzt werden, {why}",
    "this query can find nothing on {name}: {words}": "diese Suche kann auf {name} nichts finden: {words}",
    "a query has at most {n} characters": "eine Suche hat höchstens {n} Zeichen",
    "Make two feeds of it": "Machen Sie zwei Feeds daraus",
    "the query is empty": "die Suche ist leer",
    'Write the brand, for example: "acme phone" OR @acme': 'Schreiben Sie die Marke, zum Beispiel: "acme telefon" OR @acme',
    "this would find nearly everything: a part says only what must not be there": "das fände fast alles: ein Teil sagt nur, was nicht da sein darf",
    "Add a word that must be there": "Fügen Sie ein Wort hinzu, das da sein muss",
    "this quotation mark is never closed": "dieses Anführungszeichen wird nie geschlossen",
    'Write {words}"': 'Schreiben Sie {words}"',
    "this parenthesis closes nothing": "diese Klammer schließt nichts",
    "Take it away, or open one before it": "Nehmen Sie sie weg, oder öffnen Sie davor eine",
    "not twice over": "doppelte Verneinung",
    "something is missing after {name}": "nach {name} fehlt etwas",
    "this parenthesis is never closed": "diese Klammer wird nie geschlossen",
    "Add ) where the group ends": "Setzen Sie ) ans Ende der Gruppe",
    "more than {n} levels deep": "mehr als {n} Ebenen tief",
    "Take parentheses away": "Nehmen Sie Klammern weg",
    "after {words}": "nach {words}",
    "before {words}": "vor {words}",
    "something to look for is missing {place}": "etwas, wonach zu suchen ist, fehlt {place}",
    'Write a word, a "phrase", @handle or #tag': 'Schreiben Sie ein Wort, etwas "am Stück", @konto oder #thema',
    "this phrase is empty": "zwischen den Anführungszeichen steht nichts",
    "Write words between the quotation marks": "Schreiben Sie Wörter zwischen die Anführungszeichen",
    "is {words} an operator or a word?": "ist {words} ein Operator oder ein Wort?",
    'Write {upper}, or "{words}" for the word': 'Schreiben Sie {upper}, oder "{words}" für das Wort',
    "Write one - before what must not be there": "Schreiben Sie ein - vor das, was nicht da sein darf",
    "{name}: is not known here": "{name}: ist hier nicht bekannt",
    'Take it away, or write "{words}" to look for that text': 'Nehmen Sie es weg, oder schreiben Sie "{words}", um diesen Text zu suchen',
    "near/{n} is as far as it goes": "weiter als near/{n} geht es nicht",
    "Write near/{n}, or a space": "Schreiben Sie near/{n} oder ein Leerzeichen",
    "{name} needs something to look for": "hinter {name} fehlt, wonach zu suchen ist",
    "Write {name}acme": "Schreiben Sie {name}acme",
    "{name} stands alone": "{name} steht allein",
    "Leave no space behind the colon": "Lassen Sie hinter dem Doppelpunkt kein Leerzeichen",
    "{name} takes one word or one phrase": "{name} nimmt ein Wort oder etwas in Anführungszeichen",
    "Write ({name}one OR {also}two)": "Schreiben Sie ({name}eins OR {also}zwei)",
    "Write {name}{words}": "Schreiben Sie {name}{words}",
    "a wildcard stands at the end of a word": "ein Platzhalter steht am Ende eines Wortes",
    "Write the start of the word and *, such as phone*": "Schreiben Sie den Anfang des Wortes und *, etwa telefon*",
    "{words} would find nearly everything": "{words} fände fast alles",
    "Write at least {n} letters before *": "Schreiben Sie mindestens {n} Buchstaben vor *",
    "near joins two terms, not three": "near verbindet zwei Begriffe, nicht drei",
    "Write (one near/5 two) (two near/5 three)": "Schreiben Sie (eins near/5 zwei) (zwei near/5 drei)",
    "{name} joins words, phrases, or groups of them with OR": "{name} verbindet Wörter, Wendungen oder Gruppen davon mit OR",
    "Write (one OR two) {name} three": "Schreiben Sie (eins OR zwei) {name} drei",
    "Write {name}: and the name, for example {also}:acme": "Schreiben Sie {name}: und den Namen, zum Beispiel {also}:acme",
    "{words} is no code of a language": "{words} ist kein Kürzel einer Sprache",
    "Write its code, for example lang:en or lang:pt-br": "Schreiben Sie ihr Kürzel, zum Beispiel lang:de oder lang:pt-br",
    "has:{words} is not known": "has:{words} ist nicht bekannt",
    "Write one of {words}": "Schreiben Sie eines von {words}",
    "{name}: needs something to look for": "hinter {name}: fehlt, wonach zu suchen ist",
    "Write {name}: and its value in one piece": "Schreiben Sie {name}: und den Wert in einem Stück",
    "{name}: takes no wildcard": "{name}: nimmt keinen Platzhalter",
    "Write the whole of it": "Schreiben Sie es ganz",
    "{name} cannot search for {words}, and nothing is left that it could search for": (
        "{name} kann nicht nach {words} suchen, und es bleibt nichts, wonach es suchen könnte"
    ),
    "Add a whole word that must be there": "Fügen Sie ein ganzes Wort hinzu, das da sein muss",
    "{name} would need {n} searches of at most {long} characters for this, {most} are the most": (
        "{name} bräuchte dafür {n} Suchen von höchstens {long} Zeichen, {most} sind das Meiste"
    ),
    "{name} takes at most {n} characters in a search": "{name} nimmt höchstens {n} Zeichen in einer Suche",
    "Look for a shorter phrase": "Suchen Sie etwas Kürzeres",
    "a comma is no operator": "ein Komma ist kein Operator",
    "Write OR between alternatives, or a space where both must be there": (
        "Schreiben Sie OR zwischen Alternativen, oder ein Leerzeichen, wo beides da sein muss"
    ),
    "{words} is not a handle": "{words} ist kein Kontoname",
    "Write @ and the name, for example @acme": "Schreiben Sie @ und den Namen, zum Beispiel @acme",
    "{words} is not a tag": "{words} ist kein Thema",
    "Write # and one word, for example #acme": "Schreiben Sie # und ein Wort, zum Beispiel #acme",
    "{words} alone finds nothing": "{words} allein findet nichts",
    "Take it away, or put it into a phrase with words": "Nehmen Sie es weg, oder setzen Sie es mit Wörtern in Anführungszeichen",
}

TABLES = (ANSWERS, ADDRESSES, QUERIES)
