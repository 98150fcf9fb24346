"""What the sample's team answers where a text has no answer of its own: its saved replies, by what the post is about.

Several per matter, taken in turn, so that a thread does not read like a machine.
"""

from collections.abc import Mapping
from types import MappingProxyType

from storage.words import Outcome

SAVED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "outage": (
            "Sorry for the lost evening. The Calderwick exchange had a power failure; fibre came back at 23:30 and hubs reconnect by themselves. If your light is still red, tell us and we look at your line.",
            "You were right to shout. It was the exchange at Calderwick, 18:40 to 23:30. The credit for the outage is added to the next bill, you need not ask for it.",
            "Thanks for bearing with us. Everything around Calderwick, Thornby and Hallowbridge has been back since 23:30. Still down? Send us your postcode in a message.",
        ),
        "price-rise": (
            "Fair question. The £3 starts with the next bill, and because it is a change to your contract you may leave free of charge within 30 days of our letter. We can also look at a smaller plan with you.",
            "We know that three pounds is three pounds. If the plan is more than you use, we will gladly find the one that fits; leaving within 30 days of the letter costs nothing.",
        ),
        "app-5.2": (
            "That is our mistake in 5.2. Version 5.2.1 mends the sign-in by face and fingerprint; if it still sticks, remove the app once and install it again.",
            "Sorry, 5.2 broke the fingerprint sign-in. Please update to 5.2.1. Your account and bills are not affected.",
        ),
        "hub-4.18": (
            "Firmware 4.18 drops 5 GHz at night. 4.18.2 mends it and reaches your Hub 4 by itself; until then, setting the channel to 36 by hand keeps it steady.",
            "We have seen this with 4.18. Fix the 5 GHz channel to 36 in the hub's page tonight, and 4.18.2 will follow by itself.",
        ),
        "scam": (
            "That text is not from us. We never ask for card details by text. Please do not tap the link; if you did, call your bank first and then us.",
            "Thank you for the warning: it is a scam, and we have reported the address. Refunds from us go to your account by themselves, never through a link.",
        ),
        "billing": (
            "That should not have been taken twice. The second payment goes back to your account within three working days, and we will look whether it caused a charge at your bank.",
            "Sorry about the bill. We have passed it to billing with your words; you get an answer by e-mail tomorrow, and nothing is collected until then.",
        ),
        "engineer": (
            "Thank you for telling us; we pass it on to the engineer's team by name.",
            "That is not how a visit should go. We have asked the field team what happened and will come back to you with a firm slot.",
        ),
        "praise": ("That made our morning, thank you. We pass it on to the team.", "Thank you! It goes up on the wall."),
        "suggestion": ("A good thought, and written down with your name on it for the product team.",),
        "purchase": ("Happy to help you choose. Tell us your postcode in a message and we check which Fibre plan your line can take.",),
        "churn": (
            "We are sorry to read that. If you want to leave we make it easy; if there is a chance to put it right, we would like to try. Shall we call you today?",
        ),
        "question": (
            "Good question. You find it in My Brindle under Account; if it is not there for you, message us and we do it with you.",
        ),
        "complaint": (
            "Sorry that it came to this. We are looking into your line now and come back to you today.",
            "That is not good enough, and we understand. Could you message us your account number, so that we can see what happened?",
        ),
        "other": ("Thanks for the note, we have read it.",),
    }
)
OUTCOMES: Mapping[str, Outcome] = MappingProxyType({"billing": Outcome.MOVED, "complaint": Outcome.MOVED, "purchase": Outcome.MOVED})


def matter_of(tags: tuple[str, ...], intent: str) -> str:
    """What a saved reply is chosen by: a tag of the post that the team knows, else its intent."""
    return next((tag for tag in tags if tag in SAVED), intent if intent in SAVED else "other")


def saved_reply(matter: str, turn: int) -> str:
    choices = SAVED[matter]
    return choices[turn % len(choices)]
