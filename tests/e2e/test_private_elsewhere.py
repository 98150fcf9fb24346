"""Private messages of Bluesky and Reddit, on loopback: they join the public case, are answered where they were written, and are told nowhere else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from desk.cases import caseview
from desk.feeds.plan import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from storage.check import check
from storage.database import Database
from storage.models import Case, Mention, Reply
from storage.words import CaseStatus, ReplyState, Role
from tests.support import bluesky_platform, reddit_platform
from tests.support import desk as small
from tests.support.bluesky_chat import SEND, Chat
from tests.support.house import House
from tests.support.platforms import REDDIT_ACCOUNT, SENT_AT, settings
from tests.support.replay import FIXTURES, HANG, Platform, Seen, as_json
from tests.support.replay import Reply as Answer

SECRET = "It is order 4471, not for everybody to read"


@dataclass(frozen=True, slots=True)
class Place:
    source: str
    secrets: dict[str, str]
    handle: str
    public: FeedDraft
    write: str
    arrive: Callable[[str], None]
    written: Callable[[], list[str]]


def bluesky(platform: Platform) -> Place:
    network = bluesky_platform.Network(platform, 1)
    chat = Chat(platform, network)
    numbers = iter(range(5, 99))
    public = FeedDraft("public", "bluesky", "notifications", "", "Northwind", "main")
    own = lambda: [one["text"] for said in chat.said.values() for one in said if one["sender"]["did"] == bluesky_platform.OWN]  # noqa: E731
    secrets = {"handle": "northwind.bsky.social", "app_password": "app-password"}
    return Place("bluesky", secrets, "northwind.bsky.social", public, SEND, lambda text: chat.arrive(next(numbers), text) and None, own)


def reddit(platform: Platform) -> Place:
    at = SENT_AT.timestamp()
    inbox: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []
    platform.replay(FIXTURES / "reddit" / "token.yaml")
    platform.always("/r/acme/comments/", reddit_platform.listing([reddit_platform.comment(1, at, author_fullname="t2_ada")]))
    platform.always("/message/messages", lambda _: reddit_platform.listing(list(reversed(inbox))))
    platform.always("/message/sent", lambda _: reddit_platform.listing(list(reversed(sent))))

    def arrive(text: str) -> None:
        inbox.append(reddit_platform.message(5 + len(inbox), at + 60 * (5 + len(inbox)), body=text))

    def write(seen: Seen) -> Answer:
        given = seen.form
        ours = {"author": "northwind_care", "author_fullname": "t2_own", "dest": "ada", "first_message_name": "t4_5"}
        sent.append(reddit_platform.message(90, at + 3600, body=given["text"], parent_id=given["thing_id"], **ours))
        return as_json({"json": {"errors": [], "data": {"things": sent[-1:]}}})

    platform.always("/api/comment/", write, method="POST")
    options = {"subreddits": ["acme"], "parts": ["comments"]}
    public = FeedDraft("public", "reddit", "subreddit", "", "Northwind", "main", options=options)
    return Place(
        "reddit", REDDIT_ACCOUNT, "northwind_care", public, "/api/comment/", arrive, lambda: [str(one["data"]["body"]) for one in sent]
    )


def open_house(database: Database, platform: Platform, place: Place) -> House:
    """It listens to one account there and answers from it."""
    plan = WorkspacePlan(
        brands=(BrandPlan("Northwind"),),
        credentials=(("main", place.source),),
        accounts=(AccountPlan("Northwind", "Northwind", place.source, "", place.handle, "main", ""),),
        feeds=(place.public, FeedDraft("direct", place.source, "direct", "", "Northwind", "main")),
    )
    return House(database, settings(platform, place.source, place.secrets, timeout=1), plan)


@pytest.fixture(params=[bluesky, reddit], ids=["bluesky", "reddit"])
def place(request: pytest.FixtureRequest, platform: Platform) -> Place:
    opened: Place = request.param(platform)
    return opened


@pytest.fixture
def house(database: Database, platform: Platform, place: Place) -> Iterator[House]:
    with open_house(database, platform, place) as opened:
        yield opened


def test_a_message_joins_the_public_case_is_answered_there_and_our_answer_is_recognised(house: House, place: Place) -> None:
    house.look()
    place.arrive(SECRET)
    house.look()
    reply_id = house.answer("Thank you, it leaves today")
    house.deliver()
    assert place.written() == ["Thank you, it leaves today"]
    house.look()
    with house.database.read() as session:
        (case,) = session.scalars(select(Case)).all()
        told = session.execute(select(Mention.is_private, Mention.is_own, Mention.case_id).order_by(Mention.id)).all()
        assert [tuple(row) for row in told] == [(False, False, case.id), (True, False, case.id), (True, True, case.id)]
        reply = session.get_one(Reply, reply_id)
        assert (reply.state, reply.is_private, reply.proof) == (ReplyState.SENT, True, "timeline")
        assert (case.status, case.waiting_since) == (CaseStatus.PENDING, None)
        assert SECRET not in case.preview
        assert check(session) == []


def test_nobody_but_care_reads_it(house: House, place: Place) -> None:
    house.look()
    place.arrive(SECRET)
    house.look()
    with house.database.write() as session:
        now = house.database.now()
        case_id = session.scalars(select(Case.id)).one()
        reader = small.person(session, "Rea", Role.READER, now=now)
        agent = small.person(session, "Agnes", now=now)
        for by, may_read in ((reader, False), (agent, True)):
            view = caseview.case(session, case_id, by=by, now=now)
            assert any(SECRET in post.text for post in view.thread) is may_read


def test_an_answer_whose_fate_is_unknown_is_never_sent_twice_by_itself(house: House, place: Place, platform: Platform) -> None:
    house.look()
    place.arrive(SECRET)
    house.look()
    platform.then(place.write, HANG, method="POST")
    reply_id = house.answer("It leaves today")
    house.deliver()
    house.deliver()
    with house.database.read() as session:
        reply = session.get_one(Reply, reply_id)
        assert (reply.state, reply.proof) == (ReplyState.UNCERTAIN, "absent")
    assert place.written() == []
