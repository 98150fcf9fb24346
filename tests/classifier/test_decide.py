import pytest

from classifier import decide
from classifier.engines.lexicon import LexiconEngine
from storage.words import Intent, Urgency


@pytest.mark.parametrize(
    ("low", "normal", "high", "label"),
    [(0.5, 0.35, 0.15, "low"), (0.3, 0.55, 0.15, "normal"), (0.5, 0.3, 0.2, "high"), (0.4, 0.4, 0.2, "high"), (0.45, 0.45, 0.1, "normal")],
)
def test_high_urgency_is_chosen_early(low: float, normal: float, high: float, label: str) -> None:
    answer = decide.urgency({Urgency.LOW: low, Urgency.NORMAL: normal, Urgency.HIGH: high})
    assert answer.label == label
    assert answer.confidence == {"low": low, "normal": normal, "high": high}[label]


@pytest.mark.parametrize(("chance", "label"), [(0.39, False), (0.4, True), (0.9, True)])
def test_a_reply_is_due_below_even_odds(chance: float, label: bool) -> None:
    answer = decide.yes_or_no({"true": chance, "false": 1 - chance}, decide.NEEDS_REPLY)
    assert answer.label is label
    assert answer.confidence == pytest.approx(chance if label else 1 - chance)


def test_a_rare_intent_does_not_drown_in_complaints() -> None:
    scores = {str(label): 0.02 for label in Intent} | {"complaint": 0.5, "churn": 0.36}
    assert decide.intent(scores).label == Intent.CHURN
    assert decide.intent(scores).confidence == 0.36
    assert set(decide.RARITY) == set(Intent)


def test_unsure_names_what_lies_below_its_threshold() -> None:
    verdict = LexiconEngine().classify(["The app keeps crashing since the update"])[0]
    assert decide.unsure(verdict, {}) == ()
    assert decide.unsure(verdict, {"intent": 1.1, "language": 1.1}) == ("intent", "language")


def test_further_intents_are_named_from_even_odds_on_and_never_for_spam() -> None:
    chances = {"complaint": 0.9, "question": 0.6, "churn": 0.7, "praise": 0.49, "purchase": 0.95, "spam": 0.9, "other": 0.9}
    assert decide.further_intents(chances, Intent.COMPLAINT) == (Intent.PURCHASE, Intent.CHURN)
    assert decide.further_intents(chances, Intent.SPAM) == ()
    assert decide.further_intents({}, Intent.COMPLAINT) == ()
