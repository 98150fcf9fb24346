"""What the desk refuses about own labels and spot checks, in German. Written as in `desk_words`."""

LABELS = {
    "There is no such label": "Dieses Merkmal gibt es nicht",
    "There is no such example": "Dieses Beispiel gibt es nicht",
    "There is no such head: let the label be learnt first": "Dieses Gelernte gibt es nicht: lassen Sie das Merkmal zuerst lernen",
    "There is no text to learn from: write one example on each line": "Es gibt keinen Text zu lernen: schreiben Sie ein Beispiel in jede Zeile",
    "An example is too long: {n} characters at most": "Ein Beispiel ist zu lang: höchstens {n} Zeichen",
    "Only a customer's public post that still stands can be an example": (
        "Nur ein öffentlicher Beitrag eines Kunden, den es noch gibt, kann ein Beispiel sein"
    ),
    "A label has {n} examples at most: drop some that say the same": (
        "Ein Merkmal hat höchstens {n} Beispiele: nehmen Sie einige zurück, die dasselbe sagen"
    ),
    'The engine that classifies here has no embedding to learn on: set engine = "onnx" in the settings file': (
        'Der Klassifikator hier kann nichts Eigenes lernen: setzen Sie engine = "onnx" in der Einstellungsdatei'
    ),
    "Say of {n} posts at least that they are about us, and of {m} that they are not: it is {yes} and {no} so far": (
        "Sagen Sie von mindestens {n} Beiträgen, dass sie uns meinen, und von {m}, dass nicht: bisher sind es {yes} und {no}"
    ),
    "Give at least {n} examples: it is {yes} so far": "Geben Sie mindestens {n} Beispiele: bisher sind es {yes}",
    "There is too little here that the label is not: say of some posts that they are none, or paste some": (
        "Es gibt zu wenig, worauf das Merkmal nicht zutrifft: sagen Sie es von einigen Beiträgen, oder fügen Sie welche ein"
    ),
    "There are {n} labels already: retire one first": "Es gibt schon {n} Merkmale: legen Sie zuerst eines still",
    "What is about us in a feed bears the name of the feed": "Was in einem Feed uns meint, trägt den Namen des Feeds",
    "This was learnt for another model: let the label be learnt again": "Das wurde für ein anderes Modell gelernt: lassen Sie das Merkmal neu lernen",
    "Switch it off instead: its examples are kept for the feed": "Schalten Sie es aus: seine Beispiele bleiben für den Feed",
    "The label needs a name": "Das Merkmal braucht einen Namen",
    "The name is too long: {n} characters at most": "Der Name ist zu lang: höchstens {n} Zeichen",
    "Say what the label means, so that everybody marks the same posts": "Sagen Sie, was das Merkmal bedeutet, damit alle dieselben Beiträge meinen",
    "The meaning is too long: {n} characters at most": "Die Bedeutung ist zu lang: höchstens {n} Zeichen",
    "There is a label of this name already": "Es gibt schon ein Merkmal mit diesem Namen",
    "another engine classifies now: let the label be learnt again": "jetzt ordnet ein anderes Modell ein: lassen Sie das Merkmal neu lernen",
    "own labels are learnt with scikit-learn, which is not installed here:  pip install 'careline[train]'": (
        "eigene Merkmale werden mit scikit-learn gelernt, das hier nicht installiert ist:  pip install 'careline[train]'"
    ),
}

TABLES = (LABELS,)
