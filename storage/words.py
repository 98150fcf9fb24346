"""The closed sets of the product, as they are stored. Their meaning: docs/glossary.md."""

from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"
    LEAD = "lead"
    MARKETER = "marketer"
    OPS = "ops"
    ADMIN = "admin"
    READER = "reader"


class Sentiment(StrEnum):
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Intent(StrEnum):
    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    SUGGESTION = "suggestion"
    CHURN = "churn"
    PURCHASE = "purchase"
    SPAM = "spam"
    OTHER = "other"


class Urgency(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Question(StrEnum):
    """What is asked of each mention, and what a person may answer otherwise than the classifier."""

    SENTIMENT = "sentiment"
    INTENT = "intent"
    NEEDS_REPLY = "needs_reply"
    URGENCY = "urgency"
    ABUSIVE = "abusive"


class CaseStatus(StrEnum):
    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    CLOSED = "closed"


class Outcome(StrEnum):
    SOLVED = "solved"
    ANSWERED = "answered"
    MOVED = "moved"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    NO_ACTION = "no_action"


class ReplyState(StrEnum):
    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"
    BY_HAND = "by_hand"


class LookResult(StrEnum):
    LOOKED = "looked"
    EMPTY = "empty"
    THROTTLED = "throttled"
    BUDGET_USED_UP = "budget_used_up"
    CREDIT_USED_UP = "credit_used_up"
    UNAUTHORIZED = "unauthorized"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    MALFORMED = "malformed"
    BLIND = "blind"


class HoldKind(StrEnum):
    READING = "reading"
    REPLYING = "replying"
    AWAY = "away"


class BrandKind(StrEnum):
    OWN = "own"
    COMPETITOR = "competitor"
    TOPIC = "topic"


class Origin(StrEnum):
    """Where a feed, a brand or an account was defined; settings rows are read-only on the board."""

    SETTINGS = "settings"
    BOARD = "board"


class BudgetPart(StrEnum):
    """What money is spent for. Replies are never stopped by what listening costs; previews are looks that people ask for."""

    REPLIES = "replies"
    MENTIONS = "mentions"
    KEYWORDS = "keywords"
    RECHECKS = "rechecks"
    PREVIEWS = "previews"


class Way(StrEnum):
    """How a part of the budget goes on: all of it, less often and a sample, counts alone, or not at all."""

    FULL = "full"
    THINNED = "thinned"
    COUNTED = "counted"
    STOPPED = "stopped"


class ThriftStep(StrEnum):
    """What is given up so that a month's budget lasts, in this order; each step gives up what those before it did, too."""

    FULL = "full"
    NO_RECHECKS = "no_rechecks"
    NO_PREVIEWS = "no_previews"
    THINNED = "thinned"
    COUNTED = "counted"
    STOPPED = "stopped"


class Capability(StrEnum):
    """How a mention can be answered from here: by the platform's API, by its deep link, or not at all."""

    API = "api"
    LINK = "link"
    NONE = "none"


class Flag(StrEnum):
    """Why a case needs a person's eyes before any label is believed."""

    UNTRIAGED = "untriaged"
    UNSURE = "unsure"
    FAILED = "failed"
    APART = "apart"
    """It belonged to an incident, and then the customer wrote something else."""


class ErrandKind(StrEnum):
    FEED_TEST = "feed_test"
    RECHECK = "recheck"
    EXPLAIN = "explain"
    SIMILAR = "similar"
    FIT_LABEL = "fit_label"
    BACKFILL = "backfill"


class OwnLabelKind(StrEnum):
    """What a head on the embedding tells: a label that the team named, or whether a feed's mention is about us."""

    LABEL = "label"
    RELEVANCE = "relevance"


class CheckKind(StrEnum):
    """Of which mentions a person looks at some: those that probably need no answer, those that are probably not about us."""

    NO_ANSWER = "no_answer"
    NOT_US = "not_us"


class ModelState(StrEnum):
    """How a model of the classifier stands: tried side by side, in force, replaced by another one, or dropped without having been in force."""

    CANDIDATE = "candidate"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    DROPPED = "dropped"


class ErrandState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class WelcomeKind(StrEnum):
    """Whether a brand may answer in a subreddit."""

    YES = "yes"
    ASK = "ask"
    NO = "no"


class MuteKind(StrEnum):
    AUTHOR = "author"
    THREAD = "thread"
    DOMAIN = "domain"
    TERM = "term"


class AlertKind(StrEnum):
    FEED_REFUSED = "feed_refused"
    FEED_BLIND = "feed_blind"
    PROCESS_DOWN = "process_down"
    BACKLOG = "backlog"
    BREACH_NEAR = "breach_near"
    HIGH_UNCLAIMED = "high_unclaimed"
    ESCALATED = "escalated"
    INCIDENT_LIKELY = "incident_likely"
    BUDGET_ENDS = "budget_ends"


class Shift(StrEnum):
    """Whether somebody takes cases now."""

    ON = "on"
    BREAK = "break"
    OFF = "off"


class SkillKind(StrEnum):
    LANGUAGE = "language"
    TOPIC = "topic"
    SOURCE = "source"


class NoticeKind(StrEnum):
    """What one person is told on the board."""

    MENTIONED = "mentioned"
    WROTE_AGAIN = "wrote_again"
    HANDED_OVER = "handed_over"
    PROMISE_DUE = "promise_due"
    BREACH_NEAR = "breach_near"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_DECIDED = "approval_decided"
    RECALLED = "recalled"
    ESCALATED = "escalated"
    INCIDENT = "incident"
    BUDGET = "budget"
    CARE_ENDED = "care_ended"


class SavedPurpose(StrEnum):
    """What a saved reply is for, beside answering: to ask the customer to write elsewhere, or to delete what shows personal data."""

    ANSWER = "answer"
    MOVE = "move"
    DELETE = "delete"


class ApprovalReason(StrEnum):
    """Why a second person reads a reply first."""

    LEARNER = "learner"
    SENSITIVE = "sensitive"
    EVERYONE = "everyone"
    ASKED = "asked"


class Verdict(StrEnum):
    """What became of a reply that a second person was to read."""

    APPROVED = "approved"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"


class Escalation(StrEnum):
    """A case that is also a matter for others of the house."""

    PRESS = "press"
    LEGAL = "legal"
    SAFETY = "safety"


class MediaKind(StrEnum):
    PICTURE = "picture"
    VIDEO = "video"


class MediaState(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"
    FAILED = "failed"
    GONE = "gone"


class ChangeKind(StrEnum):
    """What is asked of a reply that stands on its platform already."""

    TAKE_BACK = "take_back"
    CORRECT = "correct"


class ChangeState(StrEnum):
    ASKED = "asked"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
