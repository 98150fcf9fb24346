"""How an ending, a fix and an ordeal read on the board. Pure."""

from dashboard.texts import text
from desk.cases.customer import Stood
from desk.cases.ordeal import Ordeal, Part

GLYPHS = {Stood.HELD: "✓", Stood.EARLY: "◔", Stood.CAME_BACK: "↺"}


def spared_words(reused: int) -> str:
    """How many customers a fix has spared the search."""
    return text("spared.none") if not reused else text("spared.one") if reused == 1 else text("spared.many", n=reused)


def stood_words(stood: Stood | None) -> str:
    """What became of a solved case, with its glyph; nothing for other ends."""
    return f"{GLYPHS[stood]} {text(f'stood.{stood}')}" if stood in GLYPHS else ""


def ordeal_words(ordeal: Ordeal) -> str:
    """As "Ordeal 4: wrote 3 times, 2 hand-overs"; nothing where there was none."""
    if not ordeal.score:
        return ""
    return text("ordeal.score", score=ordeal.score, parts=", ".join(_part(part) for part in ordeal.parts))


def _part(part: Part) -> str:
    if part.name == "contacts":
        return text("ordeal.contacts", n=part.n)
    return text(f"ordeal.{part.name}.{'one' if part.n == 1 else 'many'}", n=part.n)
