"""What a customer should not have written where everybody reads it: phone, card and account numbers, e-mail addresses, order numbers. Pure.

A hit is an offer to a person, who decides; so a number that may be anything else (a price, a year, a tracking count) is no hit.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 20_000
"""Characters that are looked at; a post is shorter."""


class Personal(StrEnum):
    """What kind of data it is."""

    CARD = "card"
    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: `text[start:end]`."""

    kind: Personal
    start: int
    end: int


EMAIL = re.compile(r"(?<![\w.+-])[\w+-][\w.+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![\w-])", re.IGNORECASE)
DIGITS = re.compile(r"(?<![\w.,])\d(?:[ -]?\d){12,18}(?![\w-]|[.,]\d)", re.ASCII)
IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![^\W_])", re.ASCII | re.IGNORECASE)
PHONE = re.compile(
    r"(?<![\w.,/#@$€£-])(?:\+|00)\d{1,3}[ ./-]?(?:\(0?\d{1,4}\)[ ./-]?)?\d{1,4}(?:[ ./-]?\d{2,5}){1,4}(?![\w%-]|[.,]\d)"
    r"|(?<![\w.,/#@$€£-])\(?0\d{2,4}\)?[ /-]?\d{3,4}(?:[ -]?\d{2,5}){1,2}(?![\w%-]|[.,:]\d)"
    r"|(?<![\w.,/#@$€£-])\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}(?![\w%-]|[.,:]\d)",
    re.ASCII,
)
ORDER_WORD = (
    r"(?:order|booking|reservation|contract|customer|account|invoice|ticket|case|reference|ref|bestell\w{0,12}|auftrag\w{0,12}"
    r"|kunden\w{0,12}|rechnung\w{0,12}|vertrag\w{0,12}|buchung\w{0,12}|commande|pedido)"
)
NUMBER_WORD = r"(?:number|nummer|num|no|nr|id|code|ref)"
ORDER = re.compile(
    rf"\b{ORDER_WORD}(?:[ -]?{NUMBER_WORD})?\b\.?\s{{0,2}}(?:is|was|ist|:|=|#|№)?\s{{0,2}}#?((?=[A-Z0-9-]*\d{{4}})[A-Z0-9][A-Z0-9-]{{4,23}})(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
HASH = re.compile(r"(?<![\w&/])#((?=[A-Z-]*\d{5})[A-Z]{0,4}-?\d[\d-]{4,18})(?![\w-])", re.IGNORECASE | re.ASCII)
YEAR = re.compile(r"(?:19|20)\d{2}(?:[ -](?:19|20)\d{2})*")
DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
SHORTEST_PHONE, LONGEST_PHONE = 8, 15
"""Digits of a number with its area or country (ITU-T E.164 allows 15)."""

IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27,
    "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25,
    "RO": 24, "SE": 24, "SI": 19, "SK": 24, "TR": 26, "UA": 29,
}  # fmt: skip
"""Characters by country, from the IBAN registry (https://www.swift.com/standards/data-standards/iban)."""


def spans(text: str) -> tuple[Found, ...]:
    """The hits of a text, in their order; none of them overlaps another."""
    found: list[Found] = []
    taken = [match.span() for match in LINK.finditer(text[:LONGEST])]
    for look in (_emails, _ibans, _cards, _orders, _phones):
        for hit in look(text[:LONGEST]):
            if all(hit.end <= start or hit.start >= end for start, end in taken):
                found.append(hit)
                taken.append((hit.start, hit.end))
    return tuple(sorted(found, key=lambda hit: hit.start))


def _emails(text: str) -> Iterator[Found]:
    return _matches(EMAIL, Personal.EMAIL, text, lambda _: True)


def _cards(text: str) -> Iterator[Found]:
    return _matches(DIGITS, Personal.CARD, text, lambda match: _is_card(match.group()))


def _phones(text: str) -> Iterator[Found]:
    return _matches(PHONE, Personal.PHONE, text, lambda match: _is_phone(match.group()))


def _matches(pattern: re.Pattern[str], kind: Personal, text: str, holds: Callable[[re.Match[str]], bool]) -> Iterator[Found]:
    return (Found(kind, *match.span()) for match in pattern.finditer(text) if holds(match))


def _ibans(text: str) -> Iterator[Found]:
    for match in IBAN.finditer(text):
        country = match.group()[:2].upper()
        end = _after(match.group(), IBAN_LENGTHS.get(country, 0))
        if end and _is_iban(match.group()[:end]):
            yield Found(Personal.IBAN, match.start(), match.start() + end)


def _after(text: str, wanted: int) -> int:
    """Where so many letters and digits have been read; 0 when there are fewer."""
    places = [place for place, c in enumerate(text, start=1) if c != " "]
    return places[wanted - 1] if 0 < wanted <= len(places) else 0


def _orders(text: str) -> Iterator[Found]:
    for pattern in (ORDER, HASH):
        for match in pattern.finditer(text):
            if not YEAR.fullmatch(match.group(1)) and not DATE.fullmatch(match.group(1)):
                yield Found(Personal.ORDER, *match.span(1))


def _is_card(text: str) -> bool:
    """By the check digit (ISO/IEC 7812-1) and the first digits of the card brands."""
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    starts_as_card = digits[0] in {3, 4, 5, 6} or 2221 <= int("".join(map(str, digits[:4]))) <= 2720
    return starts_as_card and len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    """By the check digits (ISO 13616)."""
    packed = text.replace(" ", "").upper()
    return int("".join(str(int(c, 36)) for c in packed[4:] + packed[:4])) % 97 == 1


def _is_phone(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    is_length = SHORTEST_PHONE <= len(digits) <= LONGEST_PHONE
    return is_length and len(set(digits)) > 2 and not DATE.fullmatch(text.strip("()"))
