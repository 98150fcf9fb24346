"""One text with what is known about it: a set of data answers some of our questions, never all."""

from dataclasses import dataclass

from storage.words import Intent, Sentiment, Urgency


@dataclass(frozen=True, slots=True)
class Example:
    """None and empty mean unknown. `intents`: the true one is among these. `secondary`: further intents that are truly there.

    `topic` names a class of a set that shapes the embedding; `by_guide`: a text labelled by docs/labels of this project, all questions answered.
    """

    text: str
    sentiment: Sentiment | None = None
    intents: tuple[Intent, ...] = ()
    secondary: tuple[Intent, ...] = ()
    needs_reply: bool | None = None
    urgency: Urgency | None = None
    abusive: bool | None = None
    emotions: tuple[bool, ...] = ()
    topic: str = ""
    by_guide: bool = False
    part: str = "train"
