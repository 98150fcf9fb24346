"""What the desk says of previews of feeds, and of how much a feed keeps, in German. Written as in `desk_words`."""

PREVIEWS = {
    "There is no such post in this sample": "Diesen Beitrag gibt es in der Stichprobe nicht",
    "This sample is gone: read a new one": "Diese Stichprobe ist weg: lesen Sie eine neue",
    "There is no sample here to judge": "Hier ist keine Stichprobe zu beurteilen",
    "A private message is nothing to learn from": "Eine private Nachricht ist nichts, woraus gelernt wird",
    "Option {name} of a feed is a whole number from 1 on, not {value}": "Die Angabe {name} eines Feeds ist eine ganze Zahl ab 1, nicht {value}",
    "The budget of {credential} does not last: previews wait until it is raised for today, or begins anew": (
        "Das Budget von {credential} reicht nicht: Vorschauen warten, bis es für heute erhöht wird oder neu beginnt"
    ),
    "This query finds about {n} posts a day: keep every so-many-th or so many a day, or say in the preview that all are wanted": (
        "Diese Suche findet etwa {n} Beiträge am Tag: behalten Sie jeden soundsovielten oder so viele am Tag, oder sagen Sie in der Vorschau, dass alle gewollt sind"
    ),
}
TABLES = (PREVIEWS,)
