"""What a source says when it is asked, with its errors as results."""

import logging
from dataclasses import dataclass
from datetime import datetime

from desk.post import FeedSpec, Page
from listener.registry import Registry
from listener.source import BudgetExhausted, SourceError, result_of
from storage.words import LookResult

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """A look that did not work, as it is recorded."""

    result: LookResult
    detail: str
    retry_at: datetime | None = None


def fetched(registry: Registry, feed: FeedSpec, cursor: str | None) -> Page | Failure:
    """What the source says, with no transaction open. Its errors are results; one that it never promised is a result as well."""
    try:
        return registry.source(feed.source).fetch(feed, cursor)
    except SourceError as error:
        return failure_of(error)
    except Exception as error:
        log.exception("poll feed=%d: source %s failed", feed.id, feed.source)
        return Failure(LookResult.MALFORMED, f"{type(error).__name__} while reading: the listener's log has the details")


def failure_of(error: SourceError) -> Failure:
    """The one result that an error of a source is stored as, and until when the feed has to wait where it says so."""
    until = error.until if isinstance(error, BudgetExhausted) else getattr(error, "retry_at", None)
    return Failure(result_of(error), str(error), until)
