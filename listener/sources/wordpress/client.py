"""The way into a WordPress site: who asks, and what its refusals mean."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from listener.http import Answer
from listener.settings import ListenerSettings
from listener.source import Malformed, RateLimited, Refused, Rejected, SourceError
from listener.sources.shared.api import Api, Gone, Judge, door, mapping_of, text_of, words

NAME = "WordPress"
SOURCE = "wordpress"
COMMENTS = "/wp/v2/comments"
PAGE_SIZE = 100

NOT_SHOWN = frozenset({"rest_cannot_read", "rest_comment_invalid_id", "rest_already_trashed"})
"""To a visitor a comment that was thrown away, or held back again, is one that cannot be read."""


@dataclass(frozen=True, slots=True)
class Blog:
    """A site's REST interface. Sites without readable addresses have it at `?rest_route=`."""

    api: Api
    is_plain: bool = False

    def get(self, route: str, params: Mapping[str, Any] | None = None) -> tuple[Any, Answer]:
        if self.is_plain:
            return self.api.get("/", {"rest_route": route, **(params or {})})
        return self.api.get(f"/wp-json{route}", params)

    def write(self, method: str, route: str, content: Any = None) -> Any:
        return self.api.write(method, f"/?rest_route={route}" if self.is_plain else f"/wp-json{route}", content)


def comment_of(blog: Blog, external_id: str) -> Mapping[str, Any] | None:
    """One comment, None where it is gone. Raises SourceError."""
    try:
        given, answer = blog.get(f"{COMMENTS}/{external_id}")
    except Gone:
        return None
    if not isinstance(given, Mapping) or "id" not in given:
        raise Malformed(f"{NAME}'s answer is no comment", answer.body[:10_000])
    return given


def opened(settings: ListenerSettings, credential: str | None, given: Mapping[str, Any], clock: Callable[[], datetime]) -> Api:
    """A site, as the credential's user or as a visitor. Raises Refused, Unauthorized."""
    headers: dict[str, str] = {}
    user = given_of(settings, credential, "username")
    password = given_of(settings, credential, "application_password")
    if user and password:
        headers = {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}
    return Api(NAME, door(settings, SOURCE, credential, given), headers, _judge(is_user=bool(headers)), clock)


def given_of(settings: ListenerSettings, credential: str | None, name: str) -> str:
    if credential is None:
        return ""
    known = settings.credential(credential, SOURCE)
    return str(known.secrets.get(name) or known.options.get(name) or "").strip()


def _judge(*, is_user: bool) -> Judge:
    def judged(answer: Answer, error: SourceError) -> SourceError:
        code = _code(answer)
        if code == "comment_flood":
            return RateLimited(f"{NAME} lets nobody comment so fast: {words(answer)}", None)
        if code == "rest_comment_closed":
            return Rejected("the article takes no more comments: nobody can answer there")
        if code in NOT_SHOWN:
            return Gone(f"this comment is not there, or not shown any more: {words(answer)}")
        if answer.status in {401, 403} and not is_user:
            return Refused(f"this site gives its comments to its users alone, or has its REST interface closed: {words(answer)}")
        if answer.status == 404:
            return Refused(
                f"this site has no comments at its REST interface, or has it closed: {words(answer)}. Its comments' RSS may work"
            )
        return error

    return judged


def _code(answer: Answer) -> str:
    try:
        return text_of(mapping_of(json.loads(answer.body)).get("code"))
    except (ValueError, RecursionError):
        return ""
