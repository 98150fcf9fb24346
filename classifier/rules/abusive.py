"""Is somebody insulted? An insult counts when it meets a person: "you useless idiots", "that lying cow on the phone", not "what a useless app"."""

from collections.abc import Iterator, Sequence
from typing import Final

from classifier.rules.english.abuse import INSULTING, INSULTS, STRONG
from classifier.rules.tokens import NAME, START, STOP, word_set

_NOUNS: Final = frozenset(INSULTS.split())
_ADJECTIVES: Final = frozenset(INSULTING.split())
_ME: Final = word_set("i im me my myself am feel felt feeling look looked")
_YOU: Final = word_set("you u ur your youre ya yall yourselves yourself youse yous")
_POINTED: Final = word_set(
    "you u ur your youre ya yall these those that this what such bunch lot pack load a an is are was were hes shes theyre absolute complete total utter"
)
_PEOPLE: Final = word_set(
    "agent agents rep reps staff team manager managers supervisor supervisors driver drivers engineer engineers advisor advisors adviser advisers employee employees worker workers "
    "boss bosses ceo assistant assistants operator operators clerk cashier installer technician courier moderator mods admin people guy guys man men woman women girl girls bloke "
    "blokes lad lads lady chap person idiot he she him her his hes shes they them their theyre whoever who someone somebody everyone everybody desk mods support"
)
_GAP: Final = 3

VOTES: Final = {
    "bias": -4.4,
    "slur": 4.5,
    "dismissal": 4.0,
    "harassment": 4.5,
    "threat": 4.1,
    "brain": 3.8,
    "strong_insult_at_person": 5.6,
    "insult_at_person": 3.6,
    "adjective_at_person": 2.9,
    "strong_insult": 4.3,
    "insult": 0.6,
    "swearing": 0.5,
    "shouts": 0.2,
    "thanks": -0.8,
    "spam_offer": -0.8,
}
"""What each find adds to the log-odds of `abusive`."""


def insults(tokens: Sequence[str]) -> set[str]:
    """Which kinds of insult the sentences hold: `[strong_]insult[_at_person]`, `adjective_at_person`."""
    return {sign for sentence in _sentences(tokens) for sign in _in_sentence(sentence)}


def _sentences(tokens: Sequence[str]) -> Iterator[list[str]]:
    sentence: list[str] = []
    for token in tokens:
        if token in {START, STOP, "!", "?"}:
            if sentence:
                yield sentence
            sentence = []
        else:
            sentence.append(token)
    if sentence:
        yield sentence


def _in_sentence(words: list[str]) -> Iterator[str]:
    has_person = any(word in _PEOPLE for word in words)
    has_you = any(word in _YOU or word == NAME for word in words)
    for at, word in enumerate(words):
        before = words[max(0, at - _GAP) : at]
        if word in _NOUNS and not _of_oneself(words[max(0, at - 4) : at]):
            pointed = any(near in _POINTED for near in before) and (has_person or has_you)
            yield _noun(word, is_aimed=pointed or (before[-1:] != [] and before[-1] in _ADJECTIVES) or _meets(words, at))
        elif word in _ADJECTIVES and _meets(words, at):
            yield "adjective_at_person"


def _noun(word: str, *, is_aimed: bool) -> str:
    return ("strong_" if word in STRONG else "") + "insult" + ("_at_person" if is_aimed else "")


def _of_oneself(before: list[str]) -> bool:
    """As in "I felt like an idiot", "my idiot brother"."""
    return any(word in _ME for word in before) and not any(word in _YOU for word in before)


def _meets(words: list[str], at: int) -> bool:
    """The word stands right at a person: "you thick", "thick agents", "he is a lying"."""
    before, after = words[max(0, at - 2) : at], words[at + 1 : at + 3]
    follows_you = any(word in _YOU for word in before[-1:]) or (
        before[:1] != [] and before[0] in _YOU and before[-1] in {"are", "is", "all", "absolute", "complete", "bunch", "lot"}
    )
    follows_person = len(before) == 2 and before[0] in _PEOPLE and before[1] in {"is", "are", "was", "were", "a"}
    return follows_you or follows_person or any(word in _PEOPLE or word in _NOUNS for word in after[:1])
