"""What the board calls a source and what is asked for a feed of it: the catalogue's words, else those that the source brings."""

from dashboard.texts import known, text
from dashboard.texts.language import language
from desk.sources import known as declared
from desk.sources.declaration import Field


def name(source: str) -> str:
    """What a source is called."""
    return known(f"source.{source}", _brought(source, "source", source.replace("_", " ")))


def about(source: str) -> str:
    """What listening there is; empty where nobody says it."""
    return known(f"feeds.about.{source}", _brought(source, "about", ""))


def kind(source: str, kind: str) -> str:
    """What a kind of feed is called."""
    return known(f"feeds.kind.{source}.{kind}", _brought(source, f"kind.{kind}", kind))


def label(source: str, field: Field) -> str:
    """What a form asks for. One answer may mean another thing at another place: the address of a feed, of a forum."""
    asked = f"feeds.form.{field.name}"
    if field.name == "query":
        return known(asked if field.is_required else f"{asked}.optional", field.name)
    usual = asked if field.is_required or field.name == "username" else f"{asked}.optional"
    return known(f"{asked}.{source}", _brought(source, f"field.{field.name}", known(usual, field.name.replace("_", " "))))


def hint(source: str, field: Field) -> str:
    """An example of an answer; empty where there is none."""
    asked = f"feeds.form.{field.name}"
    return known(f"{asked}.{source}.hint", _brought(source, f"field.{field.name}.hint", known(f"{asked}.hint", "")))


def query_hint(source: str, kind: str) -> str:
    """How a query is understood there."""
    here = text("feeds.form.query.here")
    return known(f"feeds.form.query.{source}", _brought(source, "query", here)) if kind == "search" else here


def missing(source: str, field: Field) -> str:
    """What is said where a required answer is empty."""
    return known(f"feeds.fault.no_{field.name}", text("feeds.fault.missing", field=label(source, field)))


def _brought(source: str, name: str, otherwise: str) -> str:
    return declared.word(source, name, language()) or otherwise
