"""What may be abusive, in lists and choices: its words are left out, and whoever opens it finds them folded."""

from dashboard.format import short
from dashboard.texts import text


def previewed(words: str, longest: int, *, abusive: bool) -> str:
    return text("fold.preview") if abusive else short(words, longest)
