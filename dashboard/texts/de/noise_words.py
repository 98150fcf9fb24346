"""What the desk refuses about mutes, in German. Written as in `desk_words`."""

MUTES = {
    "That is a post of ours: it opens no case anyway": "Das ist ein Beitrag von uns: er eröffnet ohnehin keinen Fall",
    "A term to mute has at least {n} characters: a shorter one stands in too many posts": (
        "Wörter zum Stummschalten haben mindestens {n} Zeichen: kürzere stehen in zu vielen Beiträgen"
    ),
    "A term to mute has at most {n} characters": "Wörter zum Stummschalten haben höchstens {n} Zeichen",
    "Write the domain alone, such as shop.example": "Schreiben Sie nur die Domain, etwa shop.example",
    "A mute ends in the future": "Eine Stummschaltung endet in der Zukunft",
    "There are {n} muted terms and domains already: end one first": (
        "Es sind schon {n} Wörter und Domains stummgeschaltet: beenden Sie zuerst eine Stummschaltung"
    ),
    "This is muted already": "Das ist schon stummgeschaltet",
    "There is no such mute": "Diese Stummschaltung gibt es nicht",
    "End this mute first: it would hold them back again": "Beenden Sie zuerst die Stummschaltung: sie hielte alles wieder fern",
    "No mute holds this mention back": "Keine Stummschaltung hält diese Erwähnung fern",
}

TABLES = (MUTES,)
