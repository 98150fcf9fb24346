"""Personal data in public posts: found where it is, and not found in what merely has digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.cases.personal_data import Personal, spans

HITS = [
    ("Call me on +44 20 7946 0958 please", Personal.PHONE, "+44 20 7946 0958"),
    ("my number is 07700 900123.", Personal.PHONE, "07700 900123"),
    ("ruf mich an: 030 1234567", Personal.PHONE, "030 1234567"),
    ("+49 (0)151 23456789", Personal.PHONE, "+49 (0)151 23456789"),
    ("(415) 555-2671 thanks", Personal.PHONE, "(415) 555-2671"),
    ("415-555-2671", Personal.PHONE, "415-555-2671"),
    ("+491512345678", Personal.PHONE, "+491512345678"),
    ("card 4111 1111 1111 1111 was charged", Personal.CARD, "4111 1111 1111 1111"),
    ("5500-0055-5555-5559", Personal.CARD, "5500-0055-5555-5559"),
    ("amex 378282246310005!", Personal.CARD, "378282246310005"),
    ("refund to DE89 3704 0044 0532 0130 00 please", Personal.IBAN, "DE89 3704 0044 0532 0130 00"),
    ("GB82WEST12345698765432", Personal.IBAN, "GB82WEST12345698765432"),
    ("write to ada.quill+shop@mail.example.com.", Personal.EMAIL, "ada.quill+shop@mail.example.com"),
    ("order #4471-0092 never came", Personal.ORDER, "4471-0092"),
    ("Order number: NW-2026-118843", Personal.ORDER, "NW-2026-118843"),
    ("my ref is AB12345678", Personal.ORDER, "AB12345678"),
    ("Bestellnummer 99017734 fehlt", Personal.ORDER, "99017734"),
    ("still nothing for #10088231", Personal.ORDER, "10088231"),
]


@pytest.mark.parametrize(("text", "kind", "hit"), HITS)
def test_what_a_stranger_could_use_is_found_as_it_stands(text: str, kind: Personal, hit: str) -> None:
    (found,) = spans(text)
    assert (found.kind, text[found.start : found.end]) == (kind, hit)


@pytest.mark.parametrize(
    "text",
    [
        "1,250,000 parcels tracked and mine is lost",
        "I paid 1299.99 for this, then 2 499,00 € more",
        "since 2019 2020 2021 nothing changed",
        "2026-11-20 10:30:00 it went down",
        "from 20.11.2026 to 22.11.2026",
        "open 09:00-17:30, 08:15 today",
        "@user12345678 and @care4you told me",
        "see https://shop.example/order/12345678 or www.example.com/0701234567",
        "version 10.0.19045.3448 and build 20261120",
        "ip 192.168.100.200",
        "100% of 24 000 000 users",
        "#2026 #blackfriday2026 #1 #404",
        "order of 2026",
        "in order 12 of us left",
        "1234567812345678 is no card",
        "0000 0000 0000 0000",
        "4111 1111 1111 1112",
        "the account is 100 % useless",
        "8 out of 10, 7/10, 3-0 3-1 4-2",
        "I called 0800 twice and waited 00:45:12",
        "2.5 GB of 1000 MB, 1920x1080",
        "user@home and a@b",
        "",
    ],
)
def test_what_merely_has_digits_is_no_hit(text: str) -> None:
    assert [text[found.start : found.end] for found in spans(text)] == []


def test_several_hits_stand_in_their_order_and_do_not_overlap() -> None:
    text = "Order 88410277, mail ada@example.com, tel. +44 20 7946 0958"
    assert [found.kind for found in spans(text)] == [Personal.ORDER, Personal.EMAIL, Personal.PHONE]


DIGITS_AND_MORE = st.text(alphabet="0123456789 +-().#:/@.,ABDEGorder\u0660\u00b2é\n") | st.text()


@given(DIGITS_AND_MORE)
def test_no_text_makes_it_stumble_and_each_hit_lies_inside(text: str) -> None:
    end = 0
    for found in spans(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end


@given(st.text(max_size=40), st.sampled_from(HITS), st.text(max_size=40))
def test_what_stands_around_a_hit_moves_it_only(before: str, case: tuple[str, Personal, str], after: str) -> None:
    _, kind, hit = case
    if kind is Personal.ORDER:
        return
    text = f"{before}\n \n{hit}\n \n{after}"
    start = len(before) + 3
    assert any(found.start <= start and found.end >= start + len(hit) for found in spans(text)) or "http" in text or "www" in text
