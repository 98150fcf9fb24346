"""Keys of the app stores: short-lived tokens, signed with what the account's owner downloaded once.

App Store Connect: ES256, twenty minutes at most (https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests).
Google: RS256 for an hour, exchanged for a token (https://developers.google.com/identity/protocols/oauth2/service-account).
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from listener.settings import CredentialSettings
from listener.source import Unauthorized

LASTS = timedelta(minutes=15)
BACKDATED = timedelta(seconds=30)
"""Their clock may be behind ours, and a token from the future is refused."""

GOOGLE_SCOPE = "https://www.googleapis.com/auth/androidpublisher"
GOOGLE_TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105 an address


def apple_token(credential: CredentialSettings, now: datetime) -> str:
    """A token for App Store Connect. Raises Unauthorized for a key that is missing or none."""
    issuer = credential.secrets.get("issuer_id") or credential.options.get("issuer_id")
    # A key of one person has no issuer: it speaks for its owner.
    who = {"iss": str(issuer).strip()} if issuer else {"sub": "user"}
    claims = {**who, "aud": "appstoreconnect-v1", **_lifetime(now)}
    key_id = str(credential.secrets.get("key_id") or credential.options.get("key_id") or credential.secret("key_id")).strip()
    try:
        key = ECKey.import_key(_pem(credential.secret("private_key")))
        return jwt.encode({"alg": "ES256", "kid": key_id, "typ": "JWT"}, claims, key, algorithms=["ES256"])
    except (JoseError, ValueError, TypeError) as error:
        raise Unauthorized(f"{_at(credential, 'private_key')} is not the key of a .p8 file: give it whole, from BEGIN to END") from error


def google_assertion(credential: CredentialSettings, now: datetime) -> str:
    """What a service account hands in for a token. Raises Unauthorized for one that is missing or none."""
    account = _account(credential)
    claims = {"iss": account["client_email"], "scope": GOOGLE_SCOPE, "aud": GOOGLE_TOKEN, **_lifetime(now)}
    header = {"alg": "RS256", "typ": "JWT", **({"kid": account["private_key_id"]} if account.get("private_key_id") else {})}
    try:
        return jwt.encode(header, claims, RSAKey.import_key(_pem(str(account["private_key"]))), algorithms=["RS256"])
    except (JoseError, ValueError, TypeError) as error:
        raise Unauthorized(f"{_at(credential, 'service_account')} holds no private key that can be used: download a new one") from error


def _account(credential: CredentialSettings) -> Mapping[str, Any]:
    try:
        given = json.loads(credential.secret("service_account"))
    except ValueError as error:
        raise Unauthorized(f"{_at(credential, 'service_account')} is not the JSON of a service account's key file") from error
    if not isinstance(given, Mapping) or not given.get("client_email") or not given.get("private_key"):
        raise Unauthorized(f"{_at(credential, 'service_account')} is no service account: it has no client_email or no private_key")
    return given


def _lifetime(now: datetime) -> dict[str, int]:
    return {"iat": int((now - BACKDATED).timestamp()), "exp": int((now + LASTS).timestamp())}


def _pem(given: str) -> str:
    # In environment files the line ends of a key are often written as \n.
    return given.strip().replace("\\n", "\n")


def _at(credential: CredentialSettings, secret: str) -> str:
    return f"credential {credential.name!r}: {credential.variable(secret)}"
