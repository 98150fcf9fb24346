"""The one file that imports atproto. Its client stays as published; it is given a transport, and keeps no session by itself.

atproto 0.0.73 waits five seconds for each byte but for no answer as a whole, follows redirects with the token in hand, reads a page as a whole, and
its session cannot outlive a token that was refused early. So calls go through our adapter, pages are read from the wire, and the session
is kept in the workspace (listener/connect/sessions.py): made once, renewed by the token that each renewal replaces, by one thread at a time.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import httpx
import requests

from desk.post import Limits
from listener.connect.sessions import keeper_of
from listener.connect.tokens import Tokens
from listener.settings import CredentialSettings
from listener.source import Malformed, OutcomeUnknown, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.bluesky.errors import SessionExpired, limits, problem
from listener.sources.shared import wire
from listener.sources.shared.wire import Answer, document

try:
    from atproto_client.client.raw import ClientRaw
    from atproto_client.exceptions import RequestErrorBase
    from atproto_client.models.dot_dict import DotDict
    from atproto_client.models.utils import get_model_as_dict
    from atproto_client.request import Request
    from atproto_client.utils import facet_detection
    from atproto_core.exceptions import AtProtocolError
except ImportError as error:
    raise ImportError("it needs atproto: pip install 'careline[bluesky]'") from error

SERVICE = "https://bsky.social"
USER_AGENT = "careline/0.1 (customer care)"
SESSION = ("did", "handle", "accessJwt", "refreshJwt")

Lost = Callable[[requests.RequestException], SourceError]


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, with the token for calls and the one that renews both; each renewal replaces the two."""

    did: str
    handle: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)


class _Transport(httpx.BaseTransport):
    """Carries one call over our adapter: it ends in time, goes to one host, follows nothing."""

    def __init__(self, adapter: wire.HostAdapter, session: requests.Session) -> None:
        self._adapter = adapter
        self._session = session

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in {"connection", "accept-encoding"}}
        asked = requests.Request(request.method, str(request.url), headers=headers, data=request.read())
        found = self._session.send(self._session.prepare_request(asked))
        told = {
            name: value
            for name, value in found.headers.items()
            if name.lower() not in {"location", "content-encoding", "transfer-encoding"}
        }
        return httpx.Response(
            found.status_code, headers={**told, "content-length": str(len(found.content))}, content=found.content, request=request
        )


class BlueskyClient:
    """Bluesky as one credential sees it. May be shared by threads. `limits` are those of the newest answer."""

    def __init__(self, credential: CredentialSettings, timeout: float) -> None:
        self._credential = credential
        self._timeout = timeout
        self._base = wire.base_url(credential)
        self._keeper = keeper_of(credential)
        self._session: Session | None = None
        self._lock = Lock()
        self.limits: Limits | None = None

    @property
    def session(self) -> Session:
        """Who is signed in; signs in where nobody is. Raises SourceError."""
        if kept := self._kept():
            return _session(kept)
        with self._lock:
            if self._session is None:
                self._session = self._signed_in()
            return self._session

    def ask(self, name: str, params: Mapping[str, Any], *, via: str = "") -> Answer:
        """One question, where `via` names one to the service that the account's server hands it on to; the answer is one of 2xx. Raises SourceError."""
        told, to = DotDict(dict(params)), handed_to(via)
        return self._judged(
            self._with_session(lambda client, headers: client.invoke_query(name, params=told, headers={**headers, **to}), _unreached)
        )

    def write(self, name: str, content: Mapping[str, Any], *, via: str = "") -> Answer:
        """Send something that may be sent twice; the answer has any status. Raises SourceError."""
        return self._with_session(lambda client, headers: _told(client, name, content, {**headers, **handed_to(via)}), _unreached)

    def post(self, name: str, content: Mapping[str, Any], *, via: str = "") -> Answer:
        """Post once; the answer has any status. Raises Unavailable when it surely was not sent, OutcomeUnknown when it may have been."""
        return self._with_session(lambda client, headers: _told(client, name, content, {**headers, **handed_to(via)}), _lost_reply)

    def upload(self, body: bytes, media_type: str) -> Answer:
        """Give Bluesky a picture to keep for a while; the answer has any status."""
        kind = {"Content-Type": media_type}
        return self._with_session(lambda client, headers: _uploaded(client, body, {**headers, **kind}), _unreached)

    def _with_session(self, call: Callable[[Any, Mapping[str, str]], Any], lost: Lost) -> Answer:
        """The answer to a call; once more with a fresh token where the one in hand has run out: what was refused was not carried out."""
        used = self.session
        answer = self._exchange(call, used.access, lost)
        if 200 <= answer.status < 300 or not isinstance(problem(answer, datetime.now(UTC)), SessionExpired):
            return answer
        return self._exchange(call, self._renewed(used).access, lost)

    def _kept(self) -> Tokens | None:
        """The session that is kept in the workspace; outside of one it lies here alone."""
        return None if self._keeper is None else self._keeper.fresh()

    def _renewed(self, used: Session) -> Session:
        if self._keeper is not None and (kept := self._kept()):
            return _session(self._keeper.renewed(replace(kept, access=used.access)))
        with self._lock:
            if self._session is not None and self._session is not used:
                return self._session  # another thread was faster
            try:
                self._session = self._refreshed(used)
            except (Refused, Unauthorized):
                self._session = None
                self._session = self._signed_in()
            return self._session

    def _refreshed(self, used: Session) -> Session:
        name = "com.atproto.server.refreshSession"
        return self._session_of(
            self._exchange(lambda client, headers: client.invoke_procedure(name, headers=headers), used.refresh, _unreached)
        )

    def _signed_in(self) -> Session:
        given = {"identifier": self._identifier(), "password": self._credential.secret("app_password")}
        name = "com.atproto.server.createSession"
        return self._session_of(self._exchange(lambda client, headers: _told(client, name, given, headers), "", _unreached))

    def _identifier(self) -> str:
        given = self._credential.secrets.get("handle") or self._credential.options.get("handle")
        return str(given).strip().lstrip("@") if given else self._credential.secret("handle")

    def _session_of(self, answer: Answer) -> Session:
        given = document(self._judged(answer))
        told = [given.get(name) for name in SESSION] if isinstance(given, Mapping) else []
        found = [one for one in told if isinstance(one, str) and one]
        if len(found) != len(SESSION):
            raise Malformed("Bluesky's answer is no session")  # without its body: that may hold a token
        return Session(*found)

    def _judged(self, answer: Answer) -> Answer:
        now = datetime.now(UTC)
        self.limits = limits(answer, now) or self.limits
        if not 200 <= answer.status < 300:
            raise problem(answer, now)
        return answer

    def _exchange(self, call: Callable[[Any, Mapping[str, str]], Any], token: str, lost: Lost) -> Answer:
        adapter = wire.HostAdapter(self._base, self._timeout)
        with wire.mount(requests.Session(), adapter, self._base) as session:
            request = Request(transport=_Transport(adapter, session), timeout=None)
            client = ClientRaw(base_url=SERVICE, request=request)
            try:
                call(client, {"User-Agent": USER_AGENT, **({"Authorization": f"Bearer {token}"} if token else {})})
            except requests.RequestException as error:
                raise lost(error) from error
            except (AtProtocolError, RequestErrorBase, httpx.HTTPError, LookupError, TypeError, ValueError) as error:
                # Statuses and forms are judged from the wire.
                if adapter.last is None:
                    raise Refused(f"the request to Bluesky cannot be made: {type(error).__name__}") from error
            finally:
                request.close()
        if adapter.last is None:
            raise Malformed("the request to Bluesky was not made")
        return Answer.of(adapter.last)


def handed_to(service: str) -> dict[str, str]:
    """What asks a server to hand a call on (https://atproto.com/specs/xrpc#service-proxying)."""
    return {"atproto-proxy": service} if service else {}


def _session(kept: Tokens) -> Session:
    return Session(kept.subject, kept.account, kept.access, kept.refresh)


def _told(client: Any, name: str, content: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
    return client.invoke_procedure(name, data=DotDict(dict(content)), input_encoding="application/json", headers=headers)


def _uploaded(client: Any, body: bytes, headers: Mapping[str, str]) -> Any:
    return client.invoke_procedure("com.atproto.repo.uploadBlob", content=body, headers=headers)


def _unreached(error: requests.RequestException) -> SourceError:
    return Unavailable(f"Bluesky cannot be reached: {wire.describe(error)}")


def _lost_reply(error: requests.RequestException) -> SourceError:
    if wire.is_unsent(error):
        return _unreached(error)
    return OutcomeUnknown(f"Bluesky did not confirm the reply: {wire.describe(error)}")


def links_and_tags(text: str) -> list[dict[str, Any]]:
    """Where links and tags stand in a text, in bytes of UTF-8, as Bluesky wants to be told."""
    return [json.loads(json.dumps(get_model_as_dict(facet))) for facet in facet_detection.detect_facets(text)]


def names(text: str) -> list[tuple[str, int, int]]:
    """Whom a text names: the handle, and from which byte to which it stands."""
    return [(found.handle.lower(), found.byte_start, found.byte_end) for found in facet_detection.detect_mentions(text)]
