"""Text that wants to be more than text, in every place that a customer or a careless colleague can fill."""

from datetime import datetime, timedelta

from dashboard import actions
from dashboard.workspace import Workspace
from desk.outcomes import ResolutionDraft
from storage.models import Author, Case, Mention, Person
from storage.words import Outcome
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


def _poison_mention(mention: Mention, now: datetime) -> None:
    mention.text, mention.title, mention.url = EVERYTHING, ATTACKS[2], BAD_LINK
    mention.edited_at = now - timedelta(minutes=1)
