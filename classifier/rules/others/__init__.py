"""Core words of the other supported languages, under the English cues' names. What they do not decide, a person looks at."""

from classifier.rules.others.dutch import DUTCH
from classifier.rules.others.french import FRENCH
from classifier.rules.others.german import GERMAN
from classifier.rules.others.italian import ITALIAN
from classifier.rules.others.portuguese import PORTUGUESE
from classifier.rules.others.spanish import SPANISH

OTHERS = {"de": GERMAN, "fr": FRENCH, "es": SPANISH, "it": ITALIAN, "pt": PORTUGUESE, "nl": DUTCH}
