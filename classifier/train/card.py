"""MODEL_CARD.md, written from the run that made the model: what it is, what it learnt from, how good it is, where it fails."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Final

from classifier.train import sets
from classifier.train.measure import Measured
from classifier.train.package import Calibration

HEAD: Final = """# Model card: careline {name} {version}

One MiniLM encoder (6 layers, 22.7 M weights, eight-bit) that reads a public post once and answers: sentiment, intent, needs_reply, urgency,
abusive, and an embedding. Made with the code of `careline train`; docs/training.md says how to repeat it. The labels mean what docs/labels.md says.

- **Base**: all-MiniLM-L6-v2 (Apache-2.0, https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2), itself made from Microsoft's MiniLM.
- **For**: sorting the queue of a care team that reads every post which matters. A person's correction always wins.
- **Not for**: judging people, moderation without a person, other languages than English.
- **Seed** {seed}, {steps:,} steps, {minutes:.0f} minutes.
"""

LABELS: Final = """
The mentions that were written for this project, and their labels, are the work of language models; so are both passes over the care tweets
(kappa {kappa}). No person checked each of them: figures on them say how well the model follows the guide as those passes read it.
"""

CONFIDENCE: Final = """
The temperatures and thresholds below were chosen on two sets kept apart, the own mentions' and the care tweets', never on a test set: so the
figures above on these two are a little kinder than on new posts. `needs_reply` and `high` have thresholds for recall, `abusive` the one with the best F1, and none below 0.35.

"""

FAILURES: Final = """
## Known failures
- Of the posts that are called `high` only about a third are: the threshold is set so that hardly an urgent one is missed.
- Abusive posts are missed; how many of those kept apart stands above. Hardly any care tweet is abusive, so figures there say little.
- Harmless sentences are called abusive more often for some identity terms than for others; the gap stands above.
- A post is read alone: what it answers in its thread is not seen. Of a long one the beginning and the end are read.

Not counted yet, to be expected of a model of this size: sarcasm without a sign of it taken at its word; abuse that is quoted; emergencies in plain words.
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the run itself tells: `kappa` is the agreement of the two passes over the care tweets, in words."""

    name: str
    version: str
    seed: int
    steps: int
    minutes: float
    kappa: str


def written(facts: Facts, calibration: Calibration, measured: Sequence[Measured]) -> str:
    """The card as Markdown."""
    about = "".join([HEAD.format(**asdict(facts)), "\n## Data\n", _data(), LABELS.format(kappa=facts.kappa)])
    return laid_out(about, calibration, measured, FAILURES)


def laid_out(about: str, calibration: Calibration, measured: Sequence[Measured], failures: str) -> str:
    """What the model is, its figures and its confidence, and where it fails."""
    parts = [about]
    parts += ["\n## Figures\nOn texts that did not train it; in brackets what 95 % of resamplings give.\n", *_figures(measured)]
    parts += ["\n## Confidence\n", CONFIDENCE, _confidence(calibration), failures]
    return "".join(parts)


def _data() -> str:
    rows = [f"| {found.file} | {found.origin} | {found.licence} |" for found in sets.SETS if not found.test]
    return (
        "\n".join(
            [
                "| file | origin | licence |",
                "|---|---|---|",
                *rows,
                f"| umsab.*.jsonl (sentiment of five other languages) | {sets.UMSAB} | Apache-2.0 repository |",
                "| mentions/*.jsonl | written for this project | Apache-2.0 |",
            ]
        )
        + "\n"
    )


def _figures(measured: Sequence[Measured]) -> list[str]:
    parts = []
    for name, group in groupby(measured, key=lambda found: found.of):
        rows = [f"| {found.figure} | {found.value:.3f} [{found.low:.3f}, {found.high:.3f}] | {found.n:,} |" for found in group]
        parts.append("\n".join([f"\n### {name}", "| figure | value | n |", "|---|---|---|", *rows]) + "\n")
    return parts


def _confidence(calibration: Calibration) -> str:
    rows = [
        f"| {name} | {heat:.2f} | {_threshold(calibration, name)} | {calibration.sure[name]:.2f} |"
        for name, heat in calibration.temperatures.items()
    ]
    return "\n".join(["| question | temperature | a yes (or high) from | a person looks below |", "|---|---|---|---|", *rows]) + "\n"


def _threshold(calibration: Calibration, name: str) -> str:
    return f"{calibration.thresholds[name]:.3f}" if name in calibration.thresholds else ""
