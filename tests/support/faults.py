"""What any server may do to a look, and the error that it stands for, whatever the platform."""

from listener.source import Malformed, SourceError, Unavailable
from tests.support.replay import CUT, DROP, EMPTY, HANG, TRICKLE, Reply, as_json, html

Fault = tuple[str, Reply, type[SourceError]]

OF_ANY_SERVER: list[Fault] = [
    ("500", as_json({}, 500), Unavailable),
    ("503", html(503), Unavailable),
    ("hang", HANG, Unavailable),
    ("drop", DROP, Unavailable),
    ("cut", CUT, Unavailable),
    ("trickle", TRICKLE, Unavailable),
    ("HTML", html(), Malformed),
    ("empty", EMPTY, Malformed),
]
