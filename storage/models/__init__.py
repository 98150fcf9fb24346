"""All tables of a workspace. One workspace is one database."""

from storage.models.base import Base
from storage.models.cases import Case, Hold, Note, Reply, Resolution
from storage.models.mentions import (
    Author,
    Catch,
    Correction,
    Dictionary,
    Embedding,
    Mention,
    MentionRaw,
    MentionRevision,
    RollupHour,
    Thread,
    Tombstone,
    Triage,
)
from storage.models.people import Audit, Person, PersonRole
from storage.models.sources import (
    Brand,
    Cost,
    Coverage,
    Credential,
    CredentialToken,
    Feed,
    Reject,
    ReplyAccount,
)
from storage.models.work import Alert, Errand, Fact, Heartbeat

__all__ = [
    "Alert",
    "Audit",
    "Author",
    "Base",
    "Brand",
    "Case",
    "Catch",
    "Correction",
    "Cost",
    "Coverage",
    "Credential",
    "CredentialToken",
    "Dictionary",
    "Embedding",
    "Errand",
    "Fact",
    "Feed",
    "Heartbeat",
    "Hold",
    "Mention",
    "MentionRaw",
    "MentionRevision",
    "Note",
    "Person",
    "PersonRole",
    "Reject",
    "Reply",
    "ReplyAccount",
    "Resolution",
    "RollupHour",
    "Thread",
    "Tombstone",
    "Triage",
]
