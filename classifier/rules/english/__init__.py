"""The English word lists: cue → phrases (see rules/phrases.py for how they are written)."""

from classifier.rules.english.abuse import ABUSE
from classifier.rules.english.asking import ASKING
from classifier.rules.english.displeasure import DISPLEASURE
from classifier.rules.english.pressing import PRESSING
from classifier.rules.english.spam import SPAM
from classifier.rules.english.telling import TELLING
from classifier.rules.english.trouble import TROUBLE

ENGLISH = {**TROUBLE, **DISPLEASURE, **ASKING, **TELLING, **SPAM, **PRESSING, **ABUSE}
