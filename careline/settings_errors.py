"""What is wrong with the settings, in words that say what to write instead."""

import difflib
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from careline.settings import Settings

EXAMPLES = {
    "zone": 'zone = "Europe/Berlin"',
    "port": "port = 8501",
    "interval": 'interval = "5m"',
    "url": 'url = "postgresql+psycopg://careline@127.0.0.1/careline"',
    "engine": 'engine = "onnx"',
    "source": 'source = "x"',
    "brand": 'brand = "Acme"',
    "kind": 'kind = "own"',
    "holidays": "holidays = [2026-12-25]",
    "kinds": 'kinds = ["feed_refused", "high_unclaimed"]',
    "query": "query = '\"acme\" OR @acme'",
    "allow_loopback": "allow_loopback = true",
    "issuer": 'issuer = "https://login.example.com/realms/acme"',
    "public_url": 'public_url = "https://care.example.com"',
    "scopes": 'scopes = ["openid", "profile", "email"]',
    "roles": 'roles = { "care-agents" = ["agent"], "care-leads" = ["lead", "agent"] }',
}


class SettingsError(Exception):
    """The settings cannot be used."""

    @classmethod
    def for_reference(cls, file: Path | None, where: str, key: str, value: str, known: AbstractSet[str]) -> Self:
        expected = ", ".join(sorted(known)) or "none is defined yet"
        return cls(f"{file}: {where}: {key} = {value!r} is not defined. Expected one of: {expected}")


def from_validation(error: ValidationError, file: Path | None) -> SettingsError:
    """One line a fault: where, which key, what was expected, an example."""
    lines = [_line(detail, file) for detail in error.errors()]
    return SettingsError("\n".join(dict.fromkeys(lines)))


def _line(detail: ErrorDetails, file: Path | None) -> str:
    path = ".".join(str(part) for part in detail["loc"])
    key = next((str(part) for part in reversed(detail["loc"]) if isinstance(part, str)), path)
    if detail["type"] == "extra_forbidden":
        return f"{_origin(path, file)}: unknown key {path!r}.{_suggestion(detail['loc'])}"
    message = detail["msg"].removeprefix("Value error, ")
    example = EXAMPLES.get(key)
    given = "" if detail["type"] == "missing" else f", got {detail.get('input')!r}"
    return f"{_origin(path, file)}: {path}: {message}{given}." + (f" Example: {example}" if example else "")


def _origin(path: str, file: Path | None) -> str:
    return str(file) if file is not None else f"environment (CARELINE_{path.upper().replace('.', '__')})"


def _suggestion(loc: tuple[int | str, ...]) -> str:
    known = _keys_beside(loc[:-1])
    near = difflib.get_close_matches(str(loc[-1]), known, n=1)
    expected = f" Expected one of: {', '.join(sorted(known))}" if known else ""
    return f" Did you mean {near[0]!r}?{expected}" if near else expected


def _keys_beside(path: tuple[int | str, ...]) -> list[str]:
    model: Any = Settings
    for part in path:
        if isinstance(part, int) or not _is_model(model):
            continue
        field = model.model_fields.get(part)
        model = _model_in(field.annotation) if field else None
    names: list[str] = list(model.model_fields) if _is_model(model) else []
    return names


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _model_in(annotation: Any) -> Any:
    if _is_model(annotation):
        return annotation
    inner = [part for part in getattr(annotation, "__args__", ()) if _is_model(part)]
    return inner[0] if inner else None
