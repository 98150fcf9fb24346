"""What each layer is told of the settings: its own frozen dataclass, built here and handed down."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from careline.settings import Settings
from careline.settings_sources import (
    AccountSection,
    BudgetSection,
    CandidateSection,
    ClassifierSection,
    CredentialSection,
    FeedSection,
    RetentionSection,
)
from careline.settings_team import HoursSection, RecipientSection, SlaSection, SlaTargets
from careline.spans import opening
from careline.workspace import secret_key
from classifier.settings import ClassifierSettings
from dashboard.settings import CredentialView, SecretView, SignInSettings
from desk.feeds.feeds import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.money.budget import Budget
from desk.settings import FOR_EVER, AlertRules, BusinessHours, DeskSettings, Retention, SlaPolicy
from desk.sources import known
from listener.settings import CredentialSettings, ListenerSettings, PublicSettings, Recipient, StreamSettings
from storage.words import BudgetPart, Urgency

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ENV_SUFFIX = "_env"
MICROS = 1_000_000
SHORTEST_LEASE = timedelta(minutes=5)


def desk_settings(settings: Settings) -> DeskSettings:
    given = settings.alerts
    alerts = AlertRules(
        high_unclaimed=given.high_unclaimed,
        breach_near=given.breach_near,
        backlog=given.backlog,
        blind_after=given.blind_after,
        process_down=given.process_down,
        cooldown=given.cooldown,
        spike_factor=given.spike_factor,
        spike_least=given.spike_least,
    )
    return DeskSettings(
        zone=settings.workspace.zone,
        sla=_sla(settings.sla, _hours(settings.hours, settings.workspace.zone)),
        alerts=alerts,
        held_after=settings.sla.held_after,
        tell_pace=settings.incidents.tell_pace,
        shield_for=settings.abuse.shield_for,
        exposure_limit=settings.abuse.exposure_limit,
        exposure=settings.abuse.exposure,
        flood_per_day=settings.listener.flood_per_day,
        secret=secret_key(settings),
        retention={source: _retention(given) for source, given in settings.retention.items()},
        budgets={name: _budget(given) for name, given in settings.budgets.items()},
        recheck_after=tuple(timedelta(days=days) for days in sorted(set(settings.listener.recheck_days))),
    )


def _budget(given: BudgetSection) -> Budget:
    named = {part: getattr(given, part.value) for part in BudgetPart}
    each = MICROS if given.quota is None else 1
    parts = {part: round(amount * each) for part, amount in named.items() if amount is not None}
    return Budget(None if given.month is None else round(given.month * MICROS), parts, given.quota)


def _retention(given: RetentionSection) -> Retention:
    return Retention(**{kind: FOR_EVER if days == "none" else days for kind, days in given})


def _sla(sla: SlaSection, hours: BusinessHours) -> SlaPolicy:
    return SlaPolicy(
        first=_targets(sla.first),
        next=_targets(sla.next),
        closing=sla.closing,
        hours=hours,
        high_around_the_clock=sla.high_around_the_clock,
    )


def _targets(targets: SlaTargets) -> Mapping[Urgency, Any]:
    return {Urgency.HIGH: targets.high, Urgency.NORMAL: targets.normal, Urgency.LOW: targets.low}


def _hours(hours: HoursSection, zone: str) -> BusinessHours:
    days = {number: tuple(opening(text) for text in getattr(hours, day)) for number, day in enumerate(DAYS)}
    return BusinessHours(zone=zone, days=days, holidays=frozenset(hours.holidays))


def listener_settings(settings: Settings) -> ListenerSettings:
    return ListenerSettings(
        credentials={name: _credential(name, given) for name, given in settings.credentials.items()},
        timeout=settings.listener.timeout,
        # A page may take several calls; a lease that ends during the look makes two of it.
        lease=max(SHORTEST_LEASE, 15 * settings.listener.timeout),
        threads=settings.listener.threads,
        per_source=settings.listener.per_source,
        recipients=tuple(_recipient(given) for given in settings.alerts.recipients),
        streams=tuple(StreamSettings(given.name, given.credential, given.events) for given in settings.event_streams),
    )


def public_settings(settings: Settings) -> PublicSettings:
    return PublicSettings(settings.public.host, settings.public.port, settings.public.per_minute)


def _recipient(given: RecipientSection) -> Recipient:
    return Recipient(
        given.name, given.url_env, frozenset(given.kinds), opening(given.quiet, may_cross_midnight=True) if given.quiet else None
    )


def _credential(name: str, given: CredentialSection) -> CredentialSettings:
    """Secrets come from the environment: from `CARELINE_<NAME>_<SECRET>`, or from the variable that `<secret>_env` names."""
    extra = given.model_extra or {}
    named = {key.removesuffix(ENV_SUFFIX): str(value) for key, value in extra.items() if key.endswith(ENV_SUFFIX)}
    prefix = f"CARELINE_{name}_".upper().replace("-", "_")
    usual = {variable.removeprefix(prefix).lower(): variable for variable in os.environ if variable.startswith(prefix)}
    variables = {**usual, **named}
    return CredentialSettings(
        name=name,
        source=given.source,
        secrets={secret: os.environ[variable] for secret, variable in variables.items() if os.environ.get(variable)},
        base_url=given.base_url,
        allow_loopback=given.allow_loopback,
        options={key: value for key, value in extra.items() if not key.endswith(ENV_SUFFIX)},
        variables=variables,
    )


def credential_views(settings: Settings) -> tuple[CredentialView, ...]:
    """What the board may know of each credential: which environment variables it is read from, and whether they are set."""
    return tuple(_view(_credential(name, given)) for name, given in settings.credentials.items())


def _view(credential: CredentialSettings) -> CredentialView:
    form = known.of(credential.source).form
    known_secrets = form.secrets if form else ()
    names = list(dict.fromkeys([*(secret.called(credential.variables) for secret in known_secrets), *credential.variables]))
    secrets = tuple(SecretView(name, credential.variable(name), name in credential.secrets) for name in names)
    return CredentialView(credential.name, credential.source, secrets)


def sign_in_settings(settings: Settings) -> SignInSettings | None:
    """The OpenID provider of settings.toml, None where there is none; its secret comes from the environment alone."""
    given = settings.sign_in
    if given is None:
        return None
    return SignInSettings(
        issuer=given.issuer,
        client_id=given.client_id,
        client_secret=os.environ.get(given.client_secret_env, "") if given.client_secret_env else "",
        public_url=given.public_url,
        scopes=given.scopes,
        groups_claim=given.groups_claim,
        roles={group: frozenset(roles) for group, roles in given.roles.items()},
        name=given.name,
        allow_loopback=given.allow_loopback,
    )


def classifier_settings(settings: Settings) -> ClassifierSettings:
    given = settings.classifier
    return replace(_loaded(given), batch=given.batch)


def candidate_settings(settings: Settings) -> ClassifierSettings | None:
    """The model that is tried beside the one that classifies; None where the settings name none."""
    given = settings.classifier.candidate
    if given is None:
        return None
    return _loaded(given)


def _loaded(given: ClassifierSection | CandidateSection) -> ClassifierSettings:
    return ClassifierSettings(
        engine=given.engine,
        model=given.model,
        languages_model=given.languages_model,
        labels=given.labels,
        allow_download=given.allow_download,
    )


def workspace_plan(settings: Settings) -> WorkspacePlan:
    """The brands, credentials, reply accounts and feeds of settings.toml; read-only on the board."""
    return WorkspacePlan(
        brands=tuple(BrandPlan(brand.name, brand.kind) for brand in settings.brands),
        credentials=tuple((name, given.source) for name, given in settings.credentials.items()),
        accounts=tuple(
            AccountPlan(a.name, a.brand, a.source, _site(settings, a), a.handle, a.credential, a.signature) for a in settings.accounts
        ),
        feeds=tuple(_feed(feed) for feed in settings.feeds),
    )


def _site(settings: Settings, account: AccountSection) -> str:
    """Where an account answers: as it says, else on the server that its credential names."""
    credential = settings.credentials.get(account.credential or "")
    if account.site or not known.of(account.source).named_by_server or credential is None or not credential.base_url:
        return account.site
    return urlsplit(credential.base_url).netloc.lower()


def _feed(feed: FeedSection) -> FeedDraft:
    options = dict(feed.options)
    if feed.url is not None:
        options["url"] = feed.url
    if feed.allow_loopback:
        options["allow_loopback"] = True
    return FeedDraft(
        name=feed.name,
        source=feed.source,
        kind=feed.kind,
        query=feed.query,
        brand=feed.brand,
        credential=feed.credential,
        interval_s=int(feed.interval.total_seconds()),
        site=feed.site,
        options=options,
    )
