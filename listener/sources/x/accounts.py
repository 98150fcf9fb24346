"""Whose an answer of X about an account is."""

from listener.source import Refused
from listener.sources.shared.wire import Answer
from listener.sources.x.errors import document


def user_id_of(answer: Answer) -> str:
    given = document(answer)
    data = given.get("data") if isinstance(given, dict) else None
    if not isinstance(data, dict) or not str(data.get("id", "")).isdigit():
        raise Refused("X does not know this account: set option user_id to its number")
    return str(data["id"])


def username_of(answer: Answer) -> str:
    given = document(answer)
    data = given.get("data") if isinstance(given, dict) else None
    name = data.get("username") if isinstance(data, dict) else None
    if not isinstance(name, str) or not name:
        raise Refused("X does not say which account these keys belong to")
    return name.lower()
