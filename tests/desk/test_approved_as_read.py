"""Four eyes: what leaves is exactly what was read, its pictures, what is said of them and its account no less than its words."""

from collections.abc import Callable

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from desk.errors import Invalid, NeedsApproval
from desk.replies import approvals, attached, attachments, drafts, replies, signing, switches, way_out
from desk.replies.attachments import Picture
from desk.replies.switches import Switch
from storage.database import Database
from storage.models import Approval, Attachment, Case, Person, Reply, ReplyAccount
from storage.words import ReplyState, Verdict
from tests.support.desk import MINUTE, NOON, SETTINGS, Shop, lead, number, person
from tests.support.eyes import ask, learner
from tests.support.outbox import queue

LATER = NOON + MINUTE
HUB, CABLE = Picture("hub.png", "image/png", b"a hub"), Picture("cable.png", "image/png", b"a cable")


def add(session: Session, case: Case, by: Person, picture: Picture = HUB, alt: str = "") -> int:
    kept = attachments.add(session, case.id, picture, by=by, now=NOON).id
    attachments.describe(session, kept, alt=alt, by=by, now=NOON)
    return kept


def approve(session: Session, approval: Approval, by: Person) -> Reply:
    return approvals.approve(session, approval.id, by=by, settings=SETTINGS, now=LATER)


Change = Callable[[Session, Case, int, Person], object]
CHANGES: dict[str, Change] = {
    "describe": lambda s, _c, kept, by: attachments.describe(s, kept, alt="A green light", by=by, now=LATER),
    "describe no more": lambda s, _c, kept, by: attachments.describe(s, kept, alt="", by=by, now=LATER),
    "add": lambda s, c, _k, by: attachments.add(s, c.id, CABLE, by=by, now=LATER),
    "remove": lambda s, _c, kept, by: attachments.remove(s, kept, by=by, now=LATER),
    "put in another place": lambda s, c, kept, by: (attachments.remove(s, kept, by=by, now=LATER), add(s, c, by, alt="A red light")),
    "reword": lambda s, c, _k, by: drafts.save_draft(s, c.id, text="Other words", version=1, by=by, now=LATER),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_changes_what_would_leave_has_to_ask_again(database: Database, change: str) -> None:
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        case = shop.claimed(lu)
        kept = add(session, case, lu, alt="A red light")
        approval = ask(session, case, shop, lu)
        CHANGES[change](session, case, kept, lu)
        session.refresh(approval)
        assert (approval.verdict, approval.decided_by_id) == (Verdict.WITHDRAWN, lu.id)
        with pytest.raises(Invalid, match="taken back"):
            approve(session, approval, ana)
        assert replies.lease_due(session, "w", now=LATER + MINUTE, limit=9, lease=MINUTE) == []


def test_the_same_description_once_more_changes_nothing(database: Database) -> None:
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        case = shop.claimed(lu)
        kept = add(session, case, lu, alt="A red light")
        approval = ask(session, case, shop, lu)
        attachments.describe(session, kept, alt=" A red light ", by=lu, now=LATER)
        approve(session, approval, ana)
        (out,) = replies.lease_due(session, "w", now=LATER + MINUTE, limit=9, lease=MINUTE)
        assert [(one.body, one.alt) for one in out.attachments] == [(HUB.body, "A red light")]


def test_its_reader_is_shown_the_pictures_that_leave(database: Database) -> None:
    with database.write() as session:
        lu, shop = learner(session), Shop(session)
        lead(session)
        case = shop.claimed(lu)
        add(session, case, lu, alt="A red light")
        add(session, case, lu, CABLE)
        approval = ask(session, case, shop, lu)
        view = approvals.of_case(session, case.id)
        assert view is not None
        assert [(one.name, one.alt) for one in view.attachments] == [("hub.png", "A red light"), ("cable.png", "")]
        approvals.withdraw(session, approval.id, by=lu, now=LATER)
        assert approvals.of_case(session, case.id) is None


def test_pictures_that_came_to_be_others_on_any_way_do_not_leave_unread(database: Database) -> None:
    """Whatever moves pictures between drafts one day: the yes is for those that were there when it was asked."""
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        case, other = shop.claimed(lu), shop.claimed(lu)
        add(session, case, lu)
        add(session, other, lu, CABLE)
        approval = ask(session, case, shop, lu)
        attached.merge(session, gone=other.id, kept=case.id)
        with pytest.raises(Invalid, match="pictures were changed"):
            approve(session, approval, ana)
        session.execute(update(Attachment).where(Attachment.name == "cable.png").values(case_id=other.id))


def test_a_question_of_before_pictures_were_kept_with_it_is_answered_as_ever(database: Database) -> None:
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        case = shop.claimed(lu)
        add(session, case, lu)
        approval = ask(session, case, shop, lu)
        approval.request = {name: value for name, value in approval.request.items() if name != "pictures"}
        assert approve(session, approval, ana).state == ReplyState.QUEUED


def test_the_signature_and_the_account_are_those_that_were_read(database: Database) -> None:
    with database.write() as session:
        lu, ana, shop = learner(session), person(session), Shop(session)
        shop.account.signature = "^{alias}"
        case = shop.claimed(lu)
        read = ask(session, case, shop, lu)
        told = ReplyAccount(name=f"account {number()}", handle="other", brand_id=shop.brand.id, source=shop.source, site=shop.site)
        session.add(told)
        signing.sign_as(session, "Annie", by=lu, now=LATER)
        shop.account.signature = "Yours, {alias}"
        reply = approve(session, read, ana)
        assert (reply.text, reply.reply_account_id) == (read.text, shop.account.id)
        (out,) = replies.lease_due(session, "w", now=LATER + MINUTE, limit=9, lease=MINUTE)
        assert (out.text, out.account_handle) == (f"On its way ^{lu.initials}", "acme")


def test_an_approval_lets_it_leave_once_so_that_other_pictures_are_read_anew(database: Database) -> None:
    with database.write() as session:
        ana, bo, lea, shop = person(session), person(session, "Bo Lind"), lead(session), Shop(session)
        case = shop.claimed(ana)
        reply = approve(session, ask(session, case, shop, ana), bo)
        replies.undo(session, reply.id, by=ana, now=LATER)
        add(session, case, ana, CABLE)
        again = queue(session, case, shop, ana, now=LATER + MINUTE)
        assert again.id == reply.id
        switches.set(session, Switch.APPROVAL_FOR_ALL, True, by=lea, now=LATER + MINUTE)
        assert replies.lease_due(session, "w", now=LATER + 2 * MINUTE, limit=9, lease=MINUTE) == []
        session.refresh(again)
        assert (again.state, again.reason) == (ReplyState.DRAFT, way_out.UNREAD)
        with pytest.raises(NeedsApproval):
            queue(session, case, shop, ana, now=LATER + 2 * MINUTE)
