"""`careline connect`: a platform's consent, for one credential."""

import json
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from careline import layers, workspace
from careline.start import FAILED, MISUSED, Start, opened_with_plan, start, stop
from desk.errors import DeskError
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import SourceError, Unauthorized
from storage.database import Database

if TYPE_CHECKING:
    from listener.connect.keeper import Keeper, Status
    from listener.connect.oauth import Consent
    from listener.connect.tokens import Tokens

PORT = 8504
"""A platform must know the whole address, so that the port is always the same."""

WAITS_S = 300


class Platform(StrEnum):
    X = "x"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    REDDIT = "reddit"


def connect(
    source: Annotated[Platform, typer.Argument(help="The platform.")],
    *,
    credential: Annotated[str | None, typer.Option(help="One of [credentials] in settings.toml; needed where there are several.")] = None,
    status: Annotated[bool, typer.Option("--status", help="Say how the connection stands. Exit code 1 unless it is connected.")] = False,
    revoke: Annotated[bool, typer.Option("--revoke", help="Give the tokens back to the platform and keep nothing.")] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Show the address and end; finish with --code. For a machine without a browser.")
    ] = False,
    code: Annotated[
        str | None, typer.Option(help="The whole address to which the platform sent the browser, after --no-browser.", metavar="ADDRESS")
    ] = None,
    port: Annotated[int, typer.Option(help="The port of the redirect address that the platform knows.", min=1, max=65535)] = PORT,
    wait: Annotated[int, typer.Option(help="Seconds to wait for the browser.", min=1, max=3600)] = WAITS_S,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program; never a token.")] = False,
) -> None:
    """Let a platform's account consent, and keep what it gives, encrypted. Run it again when a feed says that the connection has ended.

    JSON: {"source", "credential", "state", "words", "account", "scopes", "expires_at", "changed_at"}; with --no-browser {"address", "minutes"}.

    Example:  careline connect x --credential acme-x

    Example:  careline connect reddit --credential acme-reddit --no-browser
    """
    if sum((status, revoke, no_browser, code is not None)) > 1:
        stop("say one of --status, --revoke, --no-browser and --code", code=MISUSED)
    begun, settings = _begun()
    chosen = _chosen(settings, source, credential)
    with opened_with_plan(begun) as database, _said_in_words():
        keeper = _keeper(database, begun, settings, chosen)
        if status:
            _report(keeper, as_json=as_json, fails=True)
        elif revoke:
            _give_back(keeper, settings, as_json=as_json)
        elif no_browser:
            _show(keeper, port, as_json=as_json)
        else:
            keeper.keep(_signed_in(keeper, settings, code, port, wait))
            _warn(chosen)
            _report(keeper, as_json=as_json)


def _begun() -> tuple[Start, ListenerSettings]:
    begun = start()
    if begun.workspace.is_sample:
        stop("the sample workspace connects to nobody: start your own, or set sample = false under [workspace]", code=MISUSED)
    return begun, layers.listener_settings(begun.settings)


def _chosen(settings: ListenerSettings, source: Platform, name: str | None) -> CredentialSettings:
    known = [given.name for given in settings.credentials.values() if given.source == source]
    if name is None and len(known) != 1:
        found = f"there are several: {', '.join(sorted(known))}" if known else "there is none"
        stop(f"say --credential NAME, with one of [credentials] that has source = {source.value!r} ({found})", code=MISUSED)
    try:
        return settings.credential(name or known[0], source)
    except Unauthorized as error:
        stop(str(error), code=MISUSED)


def _keeper(database: Database, begun: Start, settings: ListenerSettings, chosen: CredentialSettings) -> "Keeper":
    from listener.connect.connected import connected

    keeper = connected(settings, database, workspace.secret_key(begun.settings)).credentials[chosen.name].keeper
    assert keeper is not None  # noqa: S101  each of the four platforms has one
    return keeper


@contextmanager
def _said_in_words() -> Iterator[None]:
    try:
        yield
    except (SourceError, DeskError) as error:
        stop(str(error))


def _signed_in(keeper: "Keeper", settings: ListenerSettings, answer: str | None, port: int, wait: int) -> "Tokens":
    from listener.connect import bluesky
    from listener.connect.calls import Caller

    given = keeper.credential
    if given.source != Platform.BLUESKY:
        return _finished(keeper, *_answered(keeper, answer, port, wait))
    password = given.secrets.get("app_password") or typer.prompt("App password", hide_input=True, err=True)
    return bluesky.sign_in(Caller("Bluesky", given, settings.timeout.total_seconds()), password)


def _finished(keeper: "Keeper", consent: "Consent", answer: dict[str, str]) -> "Tokens":
    from listener.connect import platforms

    oauth = platforms.oauth_of(keeper.credential, keeper.timeout.total_seconds())
    tokens = oauth.finish(consent, answer, now=keeper.database.now())
    return platforms.finished(oauth, keeper.credential, tokens)


def _answered(keeper: "Keeper", answer: str | None, port: int, wait: int) -> tuple["Consent", dict[str, str]]:
    """The consent, and what the browser brought: by hand, or here within `wait` seconds."""
    from listener.connect.oauth import Consent
    from listener.connect.redirect import Waiting

    if answer is not None:
        kept = keeper.begun()
        if kept is None:
            stop(f"no consent has begun within the last half hour: run {keeper.command} --no-browser first", code=MISUSED)
        return Consent(**kept), _of_address(answer)
    with Waiting(port) as waiting:
        consent = _begin(keeper, waiting.address)
        typer.echo(f"Open this address in a browser in which the account is signed in:\n  {consent.address}", err=True)
        webbrowser.open(consent.address)
        found = waiting.wait(consent.state, timedelta(seconds=wait))
        if found is None:
            strays = f"; {waiting.strays} answers of another attempt came" if waiting.strays else ""
            stop(
                f"nobody came back within {wait} seconds{strays}: run it again, or use --no-browser. The platform must know {waiting.address}"
            )
    return consent, dict(found)


def _of_address(answer: str) -> dict[str, str]:
    from listener.connect.oauth import answer_in

    found = answer_in(answer)
    if "state" not in found:
        stop(
            "--code takes the whole address to which the browser was sent, in quotes:  --code 'http://127.0.0.1:…?state=…&code=…'",
            code=MISUSED,
        )
    return found


def _begin(keeper: "Keeper", redirect: str) -> "Consent":
    from listener.connect import platforms

    try:
        return platforms.oauth_of(keeper.credential, keeper.timeout.total_seconds()).begin(redirect)
    except Unauthorized as error:
        stop(str(error).partition(", or run")[0], code=MISUSED)


def _show(keeper: "Keeper", port: int, *, as_json: bool) -> None:
    from listener.connect.keeper import CONSENT_LASTS
    from listener.connect.redirect import address_of

    if keeper.credential.source == Platform.BLUESKY:
        stop(f"Bluesky needs no browser: run {keeper.command}, and give it an app password", code=MISUSED)
    consent = _begin(keeper, address_of(port))
    keeper.begin(asdict(consent))
    minutes = CONSENT_LASTS // timedelta(minutes=1)
    if as_json:
        typer.echo(json.dumps({"address": consent.address, "minutes": minutes}))
        return
    typer.echo(f"Open this address in any browser in which the account is signed in:\n  {consent.address}")
    typer.echo(
        f"The browser ends at a page that cannot be shown. Copy its whole address, and within {minutes} minutes (X: half a minute) run:"
    )
    typer.echo(f"  {keeper.command} --code 'ADDRESS'")


def _give_back(keeper: "Keeper", settings: ListenerSettings, *, as_json: bool) -> None:
    from listener.connect import platforms

    standing, trouble = keeper.standing(), ""
    was_there = keeper.forget()
    try:
        if standing is not None and not standing.ended:
            platforms.revoke(keeper.credential, standing, settings.timeout.total_seconds())
    except SourceError as error:
        trouble = f"The platform could not be told ({error}): take the app's access away there"
    _report(keeper, as_json=as_json, words="the tokens are given back and deleted here" if was_there else "nothing was kept")
    if trouble:
        stop(trouble)


def _warn(credential: CredentialSettings) -> None:
    from listener.connect.platforms import set_by_hand

    if variables := set_by_hand(credential):
        typer.echo(f"careline: {', '.join(variables)} is set, and goes first: unset it to use this connection", err=True)


def _report(keeper: "Keeper", *, as_json: bool, words: str = "", fails: bool = False) -> None:
    from listener.connect.keeper import State

    found = keeper.status()
    said = words or found.words
    if as_json:
        typer.echo(json.dumps({**_row(keeper, found), "words": said}, ensure_ascii=False))
    else:
        ends = f", its token holds until {found.expires_at:%Y-%m-%d %H:%M} UTC" if found.expires_at and not words else ""
        typer.echo(f"{keeper.credential.name}: {said}{ends}")
    if fails and found.state is not State.CONNECTED:
        raise typer.Exit(FAILED)


def _row(keeper: "Keeper", found: "Status") -> dict[str, Any]:
    moments = {name: at.isoformat() if (at := getattr(found, name)) else None for name in ("expires_at", "changed_at")}
    return {
        "source": keeper.credential.source,
        "credential": keeper.credential.name,
        "state": found.state.value,
        "words": found.words,
        "account": found.account,
        "scopes": list(found.scopes),
        **moments,
    }
