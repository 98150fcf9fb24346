"""What the Stack Exchange API answers with, as posts. Pure. The form: https://api.stackexchange.com/docs, version 2.3, read 2026-11-22."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from desk.post import Post, PostAuthor
from listener.source import Malformed
from listener.sources.shared.json_read import Item, at_second, listed, mapping, text_of, whole_of
from listener.sources.shared.listing import Entry, Sheet, by_instant, digest
from listener.text import plain_text
from storage.words import Capability

ANSWER_THERE = "Stack Exchange wants answers by people at the question's own page: answer there"
OWN_DOMAINS = frozenset({"stackoverflow", "superuser", "serverfault", "askubuntu", "stackapps"})
ANONYMOUS = "does_not_exist"
COMMENT = "comment-"
"""Before a comment's number in its id: comments are counted apart from questions and answers."""


def read_questions(document: Item, *, until: str | None, floor: int = 0) -> Sheet:
    """One page of questions, those with the latest activity first. Raises Malformed."""
    items = items_of(document)
    found = [(item, _entry(item)) for item in items]
    return by_instant(
        [entry for _, entry in found if entry is not None],
        [item for item, entry in found if entry is None],
        has_more=document.get("has_more") is True,
        until=until,
        floor=floor,
    )


def items_of(document: Item) -> list[Any]:
    """The items of an answer. Raises Malformed."""
    items = document.get("items")
    if not isinstance(items, list):
        raise Malformed("the answer of Stack Exchange has no items")
    return items


def _entry(item: Any) -> Entry | None:
    given = mapping(item)
    identifier, moment = text_of(given.get("question_id")), whole_of(given.get("last_activity_date"))
    return Entry(identifier, moment, digest(moment), item) if identifier and moment is not None else None


def read_item(item: Any, *, host: str, questions: Mapping[str, str], site: str) -> Post:
    """A question, an answer or a comment; `questions` names the question of each post that was read. Raises ValueError."""
    given = mapping(item)
    if whole_of(given.get("comment_id")) is not None:
        found = _comment(given, host=host, questions=questions)
    elif whole_of(given.get("answer_id")) is not None:
        found = _answer(given, host=host)
    else:
        found = _question(given, host=host)
    return replace(found, site=site)


def _question(given: Item, *, host: str) -> Post:
    identifier = _id(given, "question_id")
    return _post(
        given,
        identifier,
        kind="question",
        thread_id=identifier,
        parent_id=None,
        title=html.unescape(text_of(given.get("title"))),
        url=text_of(given.get("link")) or f"https://{host}/q/{identifier}",
    )


def _answer(given: Item, *, host: str) -> Post:
    identifier, question = _id(given, "answer_id"), _id(given, "question_id")
    return _post(given, identifier, kind="answer", thread_id=question, parent_id=question, title="", url=f"https://{host}/a/{identifier}")


def _comment(given: Item, *, host: str, questions: Mapping[str, str]) -> Post:
    identifier, parent = _id(given, "comment_id"), _id(given, "post_id")
    question = questions.get(parent, parent)
    url = text_of(given.get("link")) or f"https://{host}/q/{question}#comment{identifier}_{parent}"
    return _post(given, f"{COMMENT}{identifier}", kind="comment", thread_id=question, parent_id=parent, title="", url=url)


def _post(given: Item, identifier: str, *, kind: str, thread_id: str, parent_id: str | None, title: str, url: str) -> Post:
    created, edited = whole_of(given.get("creation_date")), whole_of(given.get("last_edit_date"))
    body = given.get("body")
    if created is None or not isinstance(body, str):
        raise ValueError(f"the {kind} has no {'creation_date' if created is None else 'body'}")
    return Post(
        external_id=identifier,
        author=_author(mapping(given.get("owner"))),
        text=plain_text(body),
        title=title,
        posted_at=at_second(created),
        edited_at=at_second(edited) if edited is not None else None,
        thread_id=thread_id,
        parent_id=parent_id,
        kind=kind,
        url=url,
        capability=Capability.LINK,
        capability_reason=ANSWER_THERE,
        raw=dict(given),
    )


def _author(owner: Item) -> PostAuthor:
    """Who wrote it; somebody who left has a name at most. Reputation is no reach."""
    name = html.unescape(text_of(owner.get("display_name")))
    identifier = "" if owner.get("user_type") == ANONYMOUS else text_of(owner.get("user_id"))
    return PostAuthor(identifier or name, name, name, url=text_of(owner.get("link")))


def _id(given: Item, name: str) -> str:
    found = whole_of(given.get(name))
    if found is None:
        raise ValueError(f"the post has no {name}")
    return str(found)


def host_of(items: Sequence[Any], site: str) -> str:
    """The site's host, as its own links name it, else as its name lets guess."""
    for item in items:
        if host := urlsplit(text_of(mapping(item).get("link"))).hostname:
            return host
    name = site.lower()
    return name if "." in name else f"{name}.com" if name in OWN_DOMAINS else f"{name}.stackexchange.com"


def ids_of(items: Sequence[Any], name: str) -> list[str]:
    return list(dict.fromkeys(str(found) for item in items if (found := whole_of(mapping(item).get(name))) is not None))


def questions_of(answers: Sequence[Any]) -> dict[str, str]:
    """The question of each answer."""
    pairs = ((whole_of(mapping(item).get("answer_id")), whole_of(mapping(item).get("question_id"))) for item in answers)
    return {str(answer): str(question) for answer, question in pairs if answer is not None and question is not None}


def tags_of(given: Any) -> tuple[str, ...]:
    """Tags as a person writes them: a list, or one text with spaces, commas, semicolons or plus signs between."""
    words = given if isinstance(given, str) else " ".join(map(str, listed(given)))
    for sign in ",;":
        words = words.replace(sign, " ")
    return tuple(dict.fromkeys(word.strip("[]").lower() for word in words.split()))
