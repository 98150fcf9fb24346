"""Whether we may answer in a subreddit, in the words of the screen."""

from dashboard.texts import text
from desk.replies.welcomes import WelcomeView
from storage.words import WelcomeKind

SIGNS = {WelcomeKind.YES: "✓", WelcomeKind.ASK: "?", WelcomeKind.NO: "✕", None: "?"}


def welcome_words(found: WelcomeView | None) -> str:
    """What stands beside the account instead of how it answers; empty where nothing speaks against it."""
    if found is None or found.kind is WelcomeKind.YES:
        return ""
    return text(f"welcome.how.{found.kind or 'unknown'}", place=found.place, reason=found.reason)


def label(found: WelcomeView) -> str:
    """A sign and the place: the button beside the account."""
    return text("welcome.button", sign=SIGNS[found.kind], place=found.place)


def noted(found: WelcomeView) -> str:
    """What was noted, why and by whom."""
    if found.kind is None:
        return text("welcome.nobody", brand=found.brand, place=found.place)
    return text(f"welcome.noted.{found.kind}", brand=found.brand, place=found.place, reason=found.reason, person=found.by)
