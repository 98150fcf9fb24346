"""Text that wants to be more than text, in every place that a customer or a careless colleague can fill."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from dashboard import actions
from dashboard.workspace import Workspace
from desk.cases import cases, promises, tags
from desk.incidents import incident_cases, incident_statements, incidents
from desk.incidents.incident_statements import Purpose
from desk.incidents.incidents import IncidentDraft
from desk.labels import label_examples, own_labels
from desk.noise import mutes
from desk.noise.mutes import MuteDraft
from desk.outcomes import outcomes
from desk.outcomes.outcomes import Declined, ResolutionDraft
from desk.people import teams
from desk.queue import views
from desk.replies import saved_replies
from desk.replies.saved_replies import SavedDraft
from desk.rules import rules
from storage.models import Author, Brand, Case, Feed, Mention, Person, Promise, ReplyAccount
from storage.words import MuteKind, Outcome
from tests.dashboard.conftest import Floor

MARK = "zqhostile"
ELSEWHERE = "https://beacon.invalid"
ATTACKS = (
    f"![{MARK}]({ELSEWHERE}/pixel.png)",
    f"<img src='{ELSEWHERE}/img.png' onerror=\"document.title='{MARK}'\">",
    f"<script>document.title='{MARK}'</script><style>@import '{ELSEWHERE}/x.css'</style>",
    f"[{MARK}](javascript:document.title='{MARK}') {ELSEWHERE}/plain www.beacon.invalid",
    f":red[{MARK}] :material/delete: $\\href{{{ELSEWHERE}}}{{{MARK}}}$ `{MARK}`",
    f"<iframe src='{ELSEWHERE}'></iframe><svg/onload=\"document.title='{MARK}'\"> {MARK} \u202e\x1b]0;{MARK}\x07",
)
EVERYTHING = "\n\n".join(ATTACKS)
ODD = (
    f'=HYPERLINK("{ELSEWHERE}","{MARK}")',
    f"+{MARK}",
    f"{{customer}} {{{{agent}}}} {{0.__class__}} %s %(name)s ${{{MARK}}}",
    f"\u202e{MARK}\u2066\u200f\u202d",
    "".join(letter + "\u0300\u0489\u035f" * 12 for letter in MARK),
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    f"# {MARK}\n- [x] {MARK}\n\n| {MARK} |\n|---|\n\n```\n{MARK}\n```\n$$ {MARK} $$",
)
"""What breaks a line, a table or a template rather than a page."""

LONG = f"{MARK} " * 11_000


class Ids(NamedTuple):
    """Numbers of what was made, for the address of its page."""

    incident: int
    rule: int


BAD_LINK = f"javascript:document.title='{MARK}'"


def poison(workspace: Workspace, floor: Floor) -> None:
    """Fill every field that comes from outside, and those that colleagues fill, with attacks."""
    now = workspace.now()
    told = ResolutionDraft(EVERYTHING, EVERYTHING, EVERYTHING)
    actions.claim(workspace, floor.ana, floor.cases[2])
    actions.close(workspace, floor.ana, floor.cases[2], outcome=Outcome.SOLVED, resolution=told)
    actions.add_note(workspace, floor.bo, floor.cases[0], note=EVERYTHING)
    with workspace.database.write() as session:
        for case_id in floor.cases:
            case = session.get_one(Case, case_id)
            case.author_name, case.preview = ATTACKS[0], EVERYTHING[:280]
            author = session.get_one(Author, case.author_id)
            author.name, author.handle, author.url = ATTACKS[1], ATTACKS[0], BAD_LINK
        for mention_id in floor.mentions:
            _poison_mention(session.get_one(Mention, mention_id), now)
        session.get_one(Person, floor.bo).name = ATTACKS[0]


def poison_team(workspace: Workspace, floor: Floor) -> Ids:
    """What colleagues name and write, as far as the desk lets them: teams, tags, rules, views, saved replies, own labels, incidents, promises, declines."""
    now = workspace.now()
    with workspace.database.write() as session:
        lead, ana = session.get_one(Person, floor.lead), session.get_one(Person, floor.ana)
        for nth, attack in enumerate((*ATTACKS, *ODD)):
            named = f"{nth} {attack.splitlines()[0]}"
            teams.add(session, named[:40], by=lead, now=now)
            tag = tags.add(session, name=named[:60], by=lead, now=now)
            tags.put(session, tag_ids=[tag.id], case_ids=floor.cases[:2], mention_ids=floor.mentions, by=lead, now=now)
            saved_replies.add(session, SavedDraft(named[:80], f"{attack} {{customer}}"), is_own=False, by=lead, now=now)
        draft = rules.draft_of(ATTACKS[0][:80], {"query": MARK}, {"tags": [tag.id]})
        rule = rules.add(session, draft, by=lead, now=now)
        told = IncidentDraft(ATTACKS[0], EVERYTHING, ATTACKS[3], owner_id=floor.lead)
        incident = incidents.begin(session, told, by=lead, now=now)
        variants = [f"{ATTACKS[nth]} {{customer}}" for nth in range(3)]
        incident_statements.propose(session, incident.id, purpose=Purpose.KNOWN, language="en", variants=variants, by=lead, now=now)
        incident_cases.attach(session, incident.id, [floor.cases[1]], by=lead, now=now)
        cases.claim(session, floor.cases[1], by=ana, now=now)
        desk = workspace.settings.desk
        promises.make(session, floor.cases[1], text=ATTACKS[0], due_at=now + timedelta(hours=1), by=ana, settings=desk, now=now)
        cases.add_note(session, floor.cases[1], text=f"@LH @everyone @{ATTACKS[1]} {EVERYTHING}", by=ana, now=now)
        made = Ids(incident.id, rule.id)
        session.get_one(Feed, session.get_one(Case, floor.cases[0]).feed_id).name = ATTACKS[0][:80]
        session.get_one(Brand, session.get_one(Case, floor.cases[0]).brand_id).name = ATTACKS[1][:80]
        session.get_one(ReplyAccount, floor.account).name = ATTACKS[0][:80]
        session.get_one(Person, floor.bo).alias = ATTACKS[4][:60]
        session.get_one(Person, floor.reader).name = ATTACKS[3]
        kept = views.save(session, name=ATTACKS[3][:80], params=f"view=all&q={MARK}", by=lead, now=now)
        views.share(session, kept.id, is_shared=True, by=lead, now=now)
        label = own_labels.add(session, name=ATTACKS[0][:60], meaning=EVERYTHING[:500], by=lead, now=now)
        label_examples.paste(session, label.id, [*ATTACKS, *ODD], is_it=True, by=lead, now=now)
        mutes.add(session, MuteDraft(MuteKind.TERM, words=ATTACKS[4], reason=ATTACKS[1]), by=lead, now=now)
        for case_id, attack in zip(floor.cases, (ODD[2], ODD[3], LONG[:255]), strict=True):
            author = session.get_one(Author, session.get_one(Case, case_id).author_id)
            author.name, author.handle = attack, attack
        session.get_one(Mention, floor.mentions[1]).text = LONG
        session.get_one(Mention, floor.mentions[2]).text = "\n".join(ODD)
    return made


def decline(workspace: Workspace, floor: Floor) -> None:
    """The case with the promise ends, with attacks as its ground."""
    with workspace.database.write() as session:
        ana, now = session.get_one(Person, floor.ana), workspace.now()
        standing = session.scalars(select(Promise.id)).one()
        promises.keep(session, standing, by=ana, settings=workspace.settings.desk, now=now)
        declined = Declined(EVERYTHING[:500], ATTACKS[0], ATTACKS[1])
        outcomes.close(session, floor.cases[1], outcome=Outcome.DECLINED, declined=declined, by=ana, now=now)


def _poison_mention(mention: Mention, now: datetime) -> None:
    mention.text, mention.title, mention.url = EVERYTHING, ATTACKS[2], BAD_LINK
    mention.edited_at = now - timedelta(minutes=1)
