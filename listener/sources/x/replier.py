"""Replies as an account of X: public ones and private messages."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from desk import platforms
from desk.post import OutgoingReply, Sent, Spent
from listener import bill
from listener.settings import ListenerSettings
from listener.source import OutcomeUnknown, SourceError, Unavailable
from listener.sources.shared import options
from listener.sources.shared.api import now
from listener.sources.shared.wire import Answer
from listener.sources.x import pictures
from listener.sources.x.accounts import user_id_of
from listener.sources.x.client import XClient
from listener.sources.x.direct import FIELDS, address_of, by_token, conversation_route, read_direct
from listener.sources.x.errors import document, is_duplicate, is_gone, problem, reply_problem
from listener.sources.x.pages import Look, Place, joined
from listener.sources.x.parse import Reader, fields, read_page
from listener.sources.x.source import PAGE_SIZE, PAGES
from listener.sources.x.tally import Tally
from listener.sources.x.text import same_text

CLOCK_SLACK = timedelta(minutes=2)


class XReplier:
    """Answers as an account of X, by OAuth 1.0a keys or an OAuth 2 user token. X has no key against a second posting."""

    name = "x"
    idempotent = False

    def __init__(self, settings: ListenerSettings, *, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._clock = clock

    def send(self, reply: OutgoingReply) -> Sent:
        client = self._client(reply)
        if reply.is_private:
            answer = client.direct(reply.text, reply.thread_id)
        else:
            media_ids = pictures.upload(client, reply.attachments, self._clock())
            answer = client.reply(reply.text, reply.parent_id, media_ids=media_ids)
        if 200 <= answer.status < 300:
            return self._sent(reply, _created_id(answer))
        if is_duplicate(answer):
            return self._earlier(reply)
        raise reply_problem(answer, self._clock())

    def find(self, reply: OutgoingReply) -> Sent | None:
        client, tally = self._client(reply), Tally("direct_read" if reply.is_private else "post_read")
        if reply.is_private:
            return self._find_direct(reply, client, tally)
        route = f"/2/users/{self._own_id(reply, client, tally)}/tweets"
        since = (reply.queued_at - CLOCK_SLACK).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        credential = self._settings.credential(reply.credential, self.name)
        names = options.one_of(credential.options, "field_names", ("tweet", "post"))
        asked = {**fields(names, with_authors=False), "max_results": PAGE_SIZE, "start_time": since}
        look = Look(Place())
        look.follow(
            lambda params: client.get(route, {**asked, **params}),
            lambda answer: tally.page(read_page(answer.body, Reader())),
            page_key="pagination_token",
            max_pages=PAGES,
            is_late=options.lateness(self._settings.lease),
        )
        found = next((post for post in look.posts if post.parent_id == reply.parent_id and same_text(post, reply.text)), None)
        if found is None and not _is_whole(look, reply.queued_at - CLOCK_SLACK):
            said = joined(look.notes) or "there are too many"
            raise Unavailable(f"the account's own posts could not be read to the end: {said}", look.retry_at)
        return None if found is None else self._sent(reply, found.external_id, at=found.posted_at)

    def take_back(self, reply: OutgoingReply) -> tuple[Spent, ...]:
        """Delete it. X lets no app edit a post of most accounts, so that there is no `correct`."""
        answer = self._client(reply).write("DELETE", f"/2/tweets/{reply.external_id}")
        if answer.status == 404 or (answer.status == 403 and is_gone(answer)):
            return ()
        if not 200 <= answer.status < 300:
            raise problem(answer, self._clock())
        price = platforms.price("x", "post_delete")
        bill.charge(price)
        return (price,)

    def _find_direct(self, reply: OutgoingReply, client: XClient, tally: Tally) -> Sent | None:
        own_id, since = self._own_id(reply, client, tally), reply.queued_at - CLOCK_SLACK
        look = Look(Place())
        look.follow(
            lambda params: client.get(conversation_route(reply.thread_id), {**FIELDS, "max_results": PAGE_SIZE, **by_token(params)}),
            lambda answer: tally.page(read_direct(answer.body, Reader())),
            page_key="pagination_token",
            max_pages=PAGES,
            is_late=options.lateness(self._settings.lease),
        )
        ours = (post for post in look.posts if post.author.external_id == own_id and post.posted_at >= since)
        found = next((post for post in ours if same_text(post, reply.text)), None)
        if found is None and not _is_whole(look, since):
            raise Unavailable(
                f"the conversation could not be read to its beginning: {joined(look.notes) or 'there is too much'}", look.retry_at
            )
        return None if found is None else self._sent(reply, found.external_id, at=found.posted_at)

    def _earlier(self, reply: OutgoingReply) -> Sent:
        try:
            found = self.find(reply)
        except SourceError as error:
            raise OutcomeUnknown(f"X says that this text was posted already, and the account's posts cannot be read: {error}") from error
        if found is None:
            raise OutcomeUnknown("X says that this account has just posted this text, but it does not stand under this post")
        return found

    def _client(self, reply: OutgoingReply) -> XClient:
        credential = self._settings.credential(reply.credential, self.name)
        return XClient(credential, self._settings.timeout.total_seconds(), as_account=True)

    def _own_id(self, reply: OutgoingReply, client: XClient, tally: Tally) -> str:
        credential = self._settings.credential(reply.credential, self.name)
        return client.own_id or str(credential.options.get("user_id") or "") or user_id_of(tally.account(client.get("/2/users/me", {})))

    def _sent(self, reply: OutgoingReply, external_id: str, *, at: datetime | None = None) -> Sent:
        handle = reply.account_handle.lstrip("@") or "i/web"
        # Of one that is found later, too: who sent it did not live to tell.
        costs = (platforms.reply_price("x", reply.text, is_addressed=True, is_private=reply.is_private),)
        url = address_of(reply.thread_id, external_id) if reply.is_private else f"https://x.com/{handle}/status/{external_id}"
        return Sent(external_id, url, at or self._clock(), costs)


def _is_whole(look: Look, since: datetime) -> bool:
    """Whether a look at a timeline surely saw all posts since then."""
    reaches_back = any(post.posted_at < since for post in look.posts)
    return not look.rejects and (reaches_back or not (look.more or look.is_cut))


def _created_id(answer: Answer) -> str:
    """The id of what was written: of a post, or of the event of a message."""
    given = document(answer)
    data = given.get("data") if isinstance(given, dict) else None
    found = str(data.get("dm_event_id") or data.get("id") or "") if isinstance(data, dict) else ""
    if not found.isdigit():
        raise OutcomeUnknown("X took the reply, but its answer cannot be read")
    return found
