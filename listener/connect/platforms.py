"""Where each platform asks for consent, and what is asked for. Addresses and scopes as its own pages give them, read 2026-11-22.

X: https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code (tokens live two hours, each renewal replaces both).
Reddit: https://github.com/reddit-archive/reddit/wiki/OAuth2 (`duration=permanent`: the token that renews stays the same).
Mastodon: https://docs.joinmastodon.org/methods/oauth/ and …/methods/apps/ (an app registers itself; tokens do not run out).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from listener.connect import bluesky
from listener.connect.calls import Caller
from listener.connect.oauth import OAuth, Provider
from listener.connect.tokens import Tokens
from listener.settings import CredentialSettings
from listener.source import Refused, SourceError

Renew = Callable[[Tokens, datetime], Tokens]

X = Provider(
    "X",
    authorize="https://x.com/i/oauth2/authorize",
    token="https://api.x.com/2/oauth2/token",  # noqa: S106  an address
    revoke="https://api.x.com/2/oauth2/revoke",
    scopes=("tweet.read", "tweet.write", "users.read", "dm.read", "dm.write", "media.write", "offline.access"),
)
REDDIT = Provider(
    "Reddit",
    authorize="https://www.reddit.com/api/v1/authorize",
    token="https://www.reddit.com/api/v1/access_token",  # noqa: S106  an address
    revoke="https://www.reddit.com/api/v1/revoke_token",
    scopes=("identity", "read", "history", "submit", "edit", "privatemessages"),
    extra={"duration": "permanent"},
    always_basic=True,
    has_pkce=False,
    account=("https://oauth.reddit.com/api/v1/me", "name"),
)
MASTODON = Provider(
    "The Mastodon server",
    authorize="https://server/oauth/authorize",
    token="https://server/oauth/token",  # noqa: S106  an address
    revoke="https://server/oauth/revoke",
    scopes=("read", "write"),
    register="https://server/api/v1/apps",
    needs_refresh=False,
    account=("https://server/api/v1/accounts/verify_credentials", "acct"),
)
PROVIDERS: Mapping[str, Provider] = MappingProxyType({"x": X, "reddit": REDDIT, "mastodon": MASTODON})

GO_FIRST: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "x": (
            ("user_token",),
            ("oauth2_token",),
            ("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
            ("api_key", "api_secret", "access_token", "access_secret"),
        ),
        "reddit": (("refresh_token",), ("username", "password")),
        "mastodon": (("access_token",), ("token",)),
        "bluesky": (("app_password",),),
    }
)
"""The secrets of an account that somebody set by hand; any of these groups goes before what was given by consent."""


def is_connectable(source: str) -> bool:
    return source in GO_FIRST


def set_by_hand(credential: CredentialSettings) -> tuple[str, ...]:
    """The variables that go before what consent gives; none where consent counts."""
    groups = (group for group in GO_FIRST.get(credential.source, ()) if all(credential.secrets.get(name) for name in group))
    return tuple(credential.variable(name) for name in next(groups, ()))


def oauth_of(credential: CredentialSettings, timeout: float) -> OAuth:
    """Raises Refused for a Mastodon credential that names no server."""
    if credential.source == "mastodon" and not credential.base_url:
        raise Refused(f'credential {credential.name!r} names no server: set base_url, such as "https://mastodon.example"')
    provider = PROVIDERS[credential.source]
    return OAuth(provider, Caller(provider.name, credential, timeout))


def finished(oauth: OAuth, credential: CredentialSettings, tokens: Tokens) -> Tokens:
    """The tokens as they are kept: with the account's name, where the platform says it."""
    try:
        named = replace(tokens, account=oauth.account(tokens))
    except SourceError:
        named = tokens  # they are good without a name, too
    # praw asks for Reddit's short-lived token itself.
    return replace(named, access="", expires_at=None) if credential.source == "reddit" else named


def renewer(credential: CredentialSettings, timeout: float) -> Renew | None:
    """What renews the tokens of a credential; None where they do not run out."""
    match credential.source:
        case "x":
            return lambda tokens, now: oauth_of(credential, timeout).renew(tokens, now=now)
        case "bluesky":
            return lambda tokens, _: bluesky.renew(Caller("Bluesky", credential, timeout), tokens)
    return None


def revoke(credential: CredentialSettings, tokens: Tokens, timeout: float) -> None:
    """Tell the platform that its tokens are not wanted any more. Raises SourceError."""
    if credential.source == "bluesky":
        bluesky.sign_out(Caller("Bluesky", credential, timeout), tokens)
    else:
        oauth_of(credential, timeout).revoke(tokens)
