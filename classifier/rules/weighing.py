"""From finds to probabilities: each find adds its votes to the log-odds of labels, and the softmax of the sums is the probability.

The votes began as a hand's judgement and were then moved to where they fit best: a ridge logistic regression that pulls each vote towards the hand's
one, over one half of the sample workspace's posts, customer-care tweets of 2020 (IBM, Apache-2.0), and with a small weight SemEval 2013-2017 tweets
(sentiment), Banking77, GoEmotions, UCI spam and iPhone tweets (intent, urgency). Votes below 0.2 were dropped and the others rounded to tenths. Fitted
so, the probabilities are calibrated as they stand (expected calibration error 0.02 to 0.06 on the other half); other languages, whose word lists are
short, are spread by TEMPERATURE.
"""

import math
from collections.abc import Mapping
from typing import Final

from classifier.rules.reading import Finds

TEMPERATURE: Final = 1.5
TRUE: Final = "true"
FALSE: Final = "false"


def weigh(finds: Finds, votes: Mapping[str, Mapping[str, float]], temperature: float = 1.0) -> dict[str, float]:
    """The probability of each label; they sum to 1. The votes of `bias` name all labels."""
    sums = dict.fromkeys(votes["bias"], 0.0)
    for find, strength in finds.items():
        for label, vote in votes.get(find, {}).items():
            sums[label] += vote * strength
    return _softmax({label: value / temperature for label, value in sums.items()})


def weigh_yes(finds: Finds, votes: Mapping[str, float], temperature: float = 1.0) -> dict[str, float]:
    """The probability of `true` and of `false`."""
    total = sum(votes.get(find, 0.0) * strength for find, strength in finds.items())
    return _softmax({TRUE: total / temperature, FALSE: 0.0})


def _softmax(sums: Mapping[str, float]) -> dict[str, float]:
    most = max(sums.values())
    powers = {label: math.exp(value - most) for label, value in sums.items()}
    total = math.fsum(powers.values())
    return {label: power / total for label, power in powers.items()}
