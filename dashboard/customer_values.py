"""A customer's story as blocks for the drawer, and what happened last time as one line. Pure."""

from collections.abc import Iterator

from dashboard.case_values import Block, Reader
from dashboard.folds import previewed
from dashboard.format import clock_words, millis, source_words, web_link, word_of
from dashboard.media_values import media_blocks
from dashboard.outcome_words import stood_words
from dashboard.texts import text
from desk.cases.customer import Customer, CustomerCase, Stood, Told, What
from desk.cases.story_acts import Act
from storage.words import Outcome

LONGEST_PREVIEW = 200
LONGEST_CHOICE = 70
BY_ITSELF = frozenset({Act.DEALT, Act.RELEASED, Act.TEAM, Act.ATTACHED, Act.DETACHED})
"""What Careline does by itself as well as people do."""


def last_time(cases: tuple[CustomerCase, ...]) -> list[Block]:
    """What happened last time and whether it held: at the top of the history; nothing for a first case."""
    ended = [one for one in cases if one.outcome is not None]
    if not ended:
        return [_last(cases[0], text("customer.last_live"))] if cases else []
    latest = max(ended, key=lambda one: one.closed_at or one.opened_at)
    stood = stood_words(latest.stood)
    outcome = word_of("outcome", latest.outcome)
    name = "customer.last_stood" if stood else "customer.last_other"
    return [_last(latest, text(name, outcome=outcome, stood=stood))]


def _last(case: CustomerCase, words: str) -> Block:
    return {
        "type": "earlier",
        "title": words,
        "at": millis(case.closed_at or case.opened_at),
        "text": text("customer.fix", cause=case.cause, fix=case.fix)
        if case.cause
        else previewed(case.preview, LONGEST_PREVIEW, abusive=case.abusive),
        "fix": "",
        "actions": [{"verb": "customer", "value": case.id, "words": text("customer.open")}],
    }


def who_words(found: Customer, reader: Reader) -> str:
    since = clock_words(found.since, now=reader.now, zone=reader.zone)
    return text("customer.who", name=found.name, source=source_words(found.source, found.site), time=since)


def case_choices(found: Customer) -> dict[int, str]:
    """The cases by their numbers, newest first."""
    return {
        one.id: text("customer.one", case=one.id, preview=previewed(one.preview, LONGEST_CHOICE, abusive=one.abusive))
        for one in found.cases
    }


def story_blocks(found: Customer, reader: Reader, *, case_id: int | None = None) -> list[Block]:
    """The story, newest first; of one case where one is chosen."""
    return [_block(one, found, reader) for one in found.story if case_id in {None, one.case_id}]


def act_words(one: Told) -> str:
    """What was done, in short words; what nobody did has words of its own."""
    about = word_of("escalation", one.about) if one.act in {Act.ESCALATED, Act.UNESCALATED} else one.about
    name = "no_team" if one.act is Act.TEAM and not about else str(one.act)
    return text(f"story.{name}" if one.who or one.act not in BY_ITSELF else f"story.{name}_system", person=one.who, to=one.to, about=about)


def _block(one: Told, found: Customer, reader: Reader) -> Block:
    if one.what in {What.POST, What.REPLY}:
        return _post(one, found, reader)
    if one.what is What.NOTE:
        return {"type": "note", "who": _in_case(text("customer.note", person=one.who), one), "text": one.text, "at": millis(one.at)}
    tone = "bad" if one.what is What.CAME_BACK else "good" if one.stood is Stood.HELD else "calm"
    return {"type": "entry", "text": _in_case(_entry(one, reader), one), "at": millis(one.at), "tone": tone}


def _post(one: Told, found: Customer, reader: Reader) -> Block:
    is_own = one.what is What.REPLY
    who = (text("customer.reply", person=one.who) if one.who else text("customer.reply_nobody")) if is_own else found.name
    is_folded = one.is_abusive and not one.is_deleted
    return {
        "type": "post",
        "id": 0,
        "who": who,
        "own": is_own,
        "aside": False,
        "at": millis(one.at),
        "title": "",
        "text": text("case.deleted_text") if one.is_deleted else one.text,
        "deleted": one.is_deleted,
        "url": web_link(one.url),
        "marks": [],
        "words": list(_post_words(one, reader)),
        "mention": one.mention_id,
        "folded": is_folded,
        "counts": one.is_abusive,
        "private": one.is_private,
        "personal": None,
        "media": media_blocks(one.media, is_blurred=is_folded),
    }


def _post_words(one: Told, reader: Reader) -> Iterator[str]:
    if one.is_private:
        yield text("customer.post_private")
    if one.about:
        yield text("story.told", about=one.about)
    if one.back_at:
        yield text("story.taken_back", time=clock_words(one.back_at, now=reader.now, zone=reader.zone))
    if one.case_id:
        yield text("customer.case", case=one.case_id)


def _entry(one: Told, reader: Reader) -> str:
    match one.what:
        case What.HANDED_OVER:
            return (
                text("customer.handed_over", person=one.who, to=one.to)
                if one.to != one.who
                else text("customer.taken_over", person=one.who)
            )
        case What.PROMISE:
            until = clock_words(one.due_at, now=reader.now, zone=reader.zone) if one.due_at else ""
            return text("customer.promise", person=one.who, time=until, words=one.text)
        case What.ENDED:
            return _ended(one)
        case What.EDITED:
            return text("story.edited")
        case What.ACT:
            return act_words(one)
        case _:
            return text("customer.came_back")


def _ended(one: Told) -> str:
    outcome = word_of("outcome", one.outcome)
    words = text("customer.ended", person=one.who, outcome=outcome) if one.who else text("customer.ended_system", outcome=outcome)
    stood = stood_words(one.stood) if one.outcome is Outcome.SOLVED else ""
    return text("customer.ended_stood", words=words, stood=stood) if stood else words


def _in_case(words: str, one: Told) -> str:
    return text("customer.in_case", words=words, case=one.case_id) if one.case_id else words
