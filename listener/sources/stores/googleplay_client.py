"""The way into Google Play: tokens of service accounts, and what Google's refusals mean."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import quote

from listener.http import Answer
from listener.settings import ListenerSettings
from listener.source import Malformed, RateLimited, SourceError, Unauthorized
from listener.sources.shared.api import Api, Gone, door, mapping_of, text_of
from listener.sources.shared.wire import base_url
from listener.sources.stores.keys import LASTS, google_assertion

NAME = "Google Play"
SOURCE = "googleplay"
HOST = "https://androidpublisher.googleapis.com"
TOKEN_HOST = "https://oauth2.googleapis.com"  # noqa: S105 an address
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SPARE = timedelta(minutes=1)
PACKAGE = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)+")
USED_UP = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "RESOURCE_EXHAUSTED"})


class Tokens:
    """The token of each credential, from one call to the next."""

    def __init__(self, settings: ListenerSettings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._known: dict[str, tuple[str, datetime]] = {}
        self._lock = Lock()

    def api(self, credential: str | None) -> Api:
        """Google Play, as the service account of the credential. Raises SourceError."""
        known = self._settings.credential(credential, SOURCE)
        with self._lock:
            token, until = self._known.get(known.name, ("", self._clock()))
        if not token or until <= self._clock():
            token = self._fresh(known.name)
        headers = {"Authorization": f"Bearer {token}"}
        return Api(NAME, door(self._settings, SOURCE, credential, {}, usual=HOST), headers, _judged, self._clock)

    def forget(self, credential: str | None) -> None:
        with self._lock:
            self._known.pop(credential or "", None)

    def _fresh(self, credential: str) -> str:
        known = self._settings.credential(credential, SOURCE)
        usual = base_url(known) or TOKEN_HOST
        api = Api(NAME, door(self._settings, SOURCE, credential, {}, usual=usual), judge=_judged_token, clock=self._clock)
        given = mapping_of(api.post_form("/token", {"grant_type": GRANT, "assertion": google_assertion(known, self._clock())}))
        token, lasts = text_of(given.get("access_token")), given.get("expires_in")
        if not token:
            raise Malformed(f"{NAME} gave no token", json.dumps(given).encode()[:1000])
        span = timedelta(seconds=lasts) if isinstance(lasts, int) and 0 < lasts < 86_400 else LASTS
        with self._lock:
            self._known[credential] = (token, self._clock() + span - SPARE)
        return token


def review_of(api: Api, package: str, review_id: str) -> Mapping[str, Any] | None:
    try:
        given, answer = api.get(f"{path_of(package)}/{quote(review_id, safe='')}")
    except Gone:
        return None
    if not isinstance(given, Mapping) or "reviewId" not in given:
        raise Malformed(f"{NAME}'s answer is no review", answer.body[:10_000])
    return given


def path_of(package: str) -> str:
    return f"/androidpublisher/v3/applications/{package}/reviews"


def _judged(answer: Answer, error: SourceError) -> SourceError:
    """Google says with 403 too that a quota is used up."""
    if answer.status == 403 and any(reason.encode() in answer.body for reason in USED_UP):
        return RateLimited(f"{NAME} limits this credential: its quota is used up", None)
    return error


def _judged_token(answer: Answer, error: SourceError) -> SourceError:
    return Unauthorized(f"{NAME} does not accept the service account: {error}") if 400 <= answer.status < 429 else error
