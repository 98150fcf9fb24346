"""The machinery of the rules, and each list by examples."""

import pytest

from classifier.rules import intent, needs_reply, sentiment, urgency
from classifier.rules.abusive import VOTES as ABUSIVE
from classifier.rules.abusive import insults
from classifier.rules.english import ENGLISH
from classifier.rules.others import OTHERS
from classifier.rules.phrases import Phrases
from classifier.rules.reading import NEGATABLE, TROUBLES, read
from classifier.rules.signs import signs
from classifier.rules.tokens import tokenise
from classifier.rules.weighing import weigh, weigh_yes
from storage.words import Intent, Sentiment, Urgency


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("It doesn't work!", ["^", "it", "doesnt", "work", "!"]),
        ("@care Hello? It's £4.50.", ["@", "^", "hello", "?", "^", "its", "<money>", "."]),
        ("at 14:20, 9am or 20% off", ["^", "at", "<time>", ",", "<time>", "or", "<n>", "off", "."]),
        ("soooo   baaaad", ["^", "so", "bad", "."]),
        ("see https://a.example/b?c=1 now", ["^", "see", "http", "now", "."]),
        ("you w*nkers, f*** this sh*tty app", ["^", "you", "wankers", ",", "fuck", "this", "shitty", "app", "."]),
        ("5 * 3 **bold**", ["^", "<n>", "<n>", "bold", "."]),
        ("👍 ok", ["^", "👍", "ok", "."]),
        ("", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens


def found(lines: str, text: str) -> set[str]:
    return set(Phrases({"cue": lines}, frozenset({"cue"})).found(tokenise(text)))


@pytest.mark.parametrize(
    ("lines", "text", "cues"),
    [
        ("still waiting", "I am still waiting", {"cue"}),
        ("still waiting", "waiting still", set()),
        ("still|been waiting", "We've been waiting", {"cue"}),
        ("never? again", "again", {"cue"}),
        ("so|very? good", "good", {"cue"}),
        ("not _ working", "not even working", {"cue"}),
        ("not _ working", "not. Working", set()),
        ("not _? _? working", "not working", {"cue"}),
        ("not _? _? working", "not at all working", {"cue"}),
        ("not _? _? working", "not at all, working", set()),
        ("^ why", "Tell me why", set()),
        ("^ why", "Well. Why not", {"cue"}),
        ("<n> days", "after 10 days", {"cue"}),
        ("working", "it is not really working", {"not_cue"}),
        ("working", "not now! working", {"cue"}),
        ("why ?", "and why?", {"cue"}),
    ],
)
def test_phrases(lines: str, text: str, cues: set[str]) -> None:
    assert found(lines, text) == cues


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("The app won't even open", "fails"),
        ("can't log in to the portal", "unable"),
        ("keeps crashing on start", "fault"),
        ("is the internet down again", "outage"),
        ("still waiting for a reply", "waiting"),
        ("my parcel never arrived", "never_came"),
        ("for the third time this week", "again"),
        ("I've restarted it twice", "tried"),
        ("absolutely useless", "bad"),
        ("I'm fed up", "annoyed"),
        ("thanks for nothing", "mock_thanks"),
        ("charged me twice", "overcharged"),
        ("where is my refund", "refund"),
        ("another price hike", "price_up"),
        ("I was promised a call", "broken_promise"),
        ("sort it out", "fix_it"),
        ("why does it do that", "why"),
        ("How do I change my address", "how_to"),
        ("Can you deliver on Sunday?", "may_we"),
        ("does anyone know", "anyone"),
        ("please help me", "needs_help"),
        ("it would be great if you had a list", "wish_strong"),
        ("I'm leaving", "leaving"),
        ("cancel my contract", "leaving"),
        ("thinking of switching to you", "buying"),
        ("how much is it", "price_asked"),
        ("thank you so much", "thanks"),
        ("what a brilliant team", "lovely"),
        ("it works again", "solved"),
        ("earn $500 weekly", "spam_offer"),
        ("link in bio", "spam_call"),
        ("it's a scam", "scam_word"),
        ("Try restarting the router", "advice"),
        ("there is a smell of burning", "danger"),
        ("my account was hacked", "fraud"),
        ("locked out of my account", "locked_out"),
        ("stranded at the airport", "stranded"),
        ("I need it today", "now"),
        ("my solicitor will write", "law"),
        ("you cut off my line", "cut_off"),
        ("I'm leaving never", "leaving"),
    ],
)
def test_an_english_phrase_of_each_cue(text: str, cue: str) -> None:
    assert cue in read(text, "en")


@pytest.mark.parametrize(
    ("language", "text", "cues"),
    [
        ("de", "Seit drei Tagen funktioniert das Internet nicht", {"fails", "waiting"}),
        ("de", "Danke, super freundlich geholfen!", {"thanks", "lovely"}),
        ("de", "Wie kann ich meine Adresse ändern?", {"how_to"}),
        ("de", "Ich kündige, das reicht", {"leaving"}),
        ("fr", "Ça ne marche plus depuis hier", {"fails", "waiting"}),
        ("fr", "L'appli n'ouvre pas, remboursez-moi", {"fails", "refund"}),
        ("fr", "Merci beaucoup, c'est réglé", {"thanks", "solved"}),
        ("es", "No funciona, quiero un reembolso", {"fails", "refund"}),
        ("es", "Muchas gracias por la ayuda", {"thanks"}),
        ("it", "Non riesco ad accedere, aspetto da ieri", {"fails", "waiting"}),
        ("it", "Quanto costa il piano?", {"price_asked"}),
        ("pt", "Não funciona, quero cancelar", {"fails", "leaving"}),
        ("pt", "Obrigada pela ajuda", {"thanks"}),
        ("nl", "De app werkt niet meer, storing?", {"fails", "outage"}),
        ("nl", "Ik ga mijn abonnement opzeggen", {"leaving"}),
    ],
)
def test_core_words_of_other_languages(language: str, text: str, cues: set[str]) -> None:
    assert cues <= read(text, language).keys()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("you useless idiots", {"strong_insult_at_person"}),
        ("that lying cow on your desk", {"insult_at_person"}),
        ("what a brave cow in that advert", {"insult"}),
        ("a useless app", set()),
        ("I felt like an idiot", set()),
        ("my idiot brother fixed it", set()),
        ("this is fucking ridiculous", set()),
        ("you are despicable", set()),
    ],
)
def test_an_insult_needs_a_person(text: str, kinds: set[str]) -> None:
    assert insults(tokenise(text)) - {"adjective_at_person"} == kinds


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Is it?", "asks"),
        ("NOTHING WORKS HERE", "shouts"),
        ("1. Unplug\n2. Wait", "steps"),
        ("it said “all is well”", "quotes"),
        ("<b>hi</b>", "markup"),
        ("a #b #c #d", "many_tags"),
        ("@AcmeSupport hi", "names_care"),
    ],
)
def test_signs(text: str, sign: str) -> None:
    assert sign in signs(text, tokenise(text))


def test_a_calm_question_is_another_thing_than_one_amid_trouble() -> None:
    assert "asks_calmly" in read("Do you open on Sundays?", "en")
    assert "asks_in_trouble" in read("The app keeps crashing, why?", "en")


def cues_of(votes: object) -> set[str]:
    return {cue.removeprefix("not_") for cue in votes}  # type: ignore[attr-defined]


def test_every_vote_has_a_find_and_every_label_a_name() -> None:
    known = {*ENGLISH, *read_everything(), "bias"}
    for votes in (intent.VOTES, sentiment.VOTES, urgency.VOTES, needs_reply.VOTES, ABUSIVE):
        assert cues_of(votes) <= known
    for votes, labels in ((intent.VOTES, Intent), (sentiment.VOTES, Sentiment), (urgency.VOTES, Urgency)):
        assert set(votes["bias"]) == set(labels)
        assert {label for vote in votes.values() for label in vote} <= set(labels)


def read_everything() -> set[str]:
    texts = [
        "@x @y @z @AcmeSupport WHY IS THIS SO BAD???!! #a #b #c “no no” <b>x</b> (1 and 2) http://a.example at 9am £4 - I, you 😡😡 thanks",
        "Great!\n1. ok\n2. no", "is the plan good?", "lovely, thanks", "It broke. And thanks, that's lovely, though it failed. Why?",
        "you lying cow. you moron. idiots. cow. you thick agents. I hate it. I love it", "word " * 50, "a b c. d e f g h", "hm", "how do I cancel?",
    ]  # fmt: skip
    return {find for text in texts for find in read(text, "en")}


def test_the_lists_of_other_languages_use_the_same_cues() -> None:
    for cues in OTHERS.values():
        assert cues.keys() <= {*ENGLISH, "strong_insult"}
    assert ENGLISH.keys() >= NEGATABLE
    assert {trouble.removeprefix("not_") for trouble in TROUBLES} <= ENGLISH.keys()


def test_votes_become_probabilities() -> None:
    votes = {"bias": {"a": 0.0, "b": 0.0}, "cue": {"a": 2.0}}
    assert weigh({"bias": 1.0}, votes) == {"a": 0.5, "b": 0.5}
    assert weigh({"bias": 1.0, "cue": 1.0}, votes)["a"] == pytest.approx(0.8808, abs=1e-4)
    assert weigh({"bias": 1.0, "cue": 1.0}, votes, temperature=2.0)["a"] == pytest.approx(0.7311, abs=1e-4)
    assert weigh_yes({"cue": 0.5, "unknown": 1.0}, {"cue": 2.0})["true"] == pytest.approx(0.7311, abs=1e-4)
    assert weigh({"bias": 1.0, "cue": 1.0}, {"bias": {"a": 0.0, "b": 0.0}, "cue": {"a": 5000.0}}) == {"a": 1.0, "b": 0.0}
