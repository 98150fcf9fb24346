import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.language import LANGUAGES, UNKNOWN, recognise
from classifier.text import clean


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("My order has not arrived after ten days.", "en"),
        ("ok, thank you", "en"),
        ("Seit gestern geht bei mir gar nichts mehr, was ist da los?", "de"),
        ("Bonjour, mon colis n'est toujours pas arrivé.", "fr"),
        ("Me habéis cobrado dos veces la misma factura.", "es"),
        ("Non riesco ad accedere al mio profilo da ieri.", "it"),
        ("Não consigo entrar na minha conta desde ontem.", "pt"),
        ("Mijn pakket is nog steeds niet aangekomen.", "nl"),
        ("Moja paczka jeszcze nie dotarła, co się dzieje?", "pl"),
        ("荷物がまだ届きません。いつ届きますか。", "ja"),
        ("طلبي لم يصل بعد وأريد استرداد المبلغ", "ar"),
        ("Моя посылка до сих пор не пришла", "ru"),
        ("주문한 물건이 아직 안 왔어요", "ko"),
        ("", UNKNOWN),
        ("👍👍", UNKNOWN),
        ("https://a.example/b @care 24.50", UNKNOWN),
        ("PS4", UNKNOWN),
        ("!?!", UNKNOWN),
        ("xqzv grmbl", UNKNOWN),
    ],
)
def test_the_language_is_named_or_unknown(text: str, language: str) -> None:
    assert recognise(clean(text)).label == language


def test_handles_links_and_tags_say_nothing_of_the_language() -> None:
    plain = recognise("Mijn pakket is nog steeds niet aangekomen")
    assert (
        recognise("@the_very_best_british_care Mijn pakket is nog steeds niet aangekomen https://the.example/what/is/this").label
        == plain.label
    )


def test_confidence_grows_with_what_there_is_to_read() -> None:
    short, long = recognise("das ist"), recognise("das ist leider schon wieder nicht angekommen und niemand antwortet mir")
    assert short.confidence < long.confidence
    assert long.confidence > 0.95


@given(st.text(max_size=500))
def test_scores_sum_to_one_and_hold_the_label(text: str) -> None:
    answer = recognise(clean(text))
    assert answer.label in {*LANGUAGES, UNKNOWN}
    assert sum(answer.scores.values()) == pytest.approx(1.0)
    assert answer.scores[answer.label] == answer.confidence
    assert 0.0 <= answer.confidence <= 1.0
