"""Tell somebody: e-mail, chat, webhook, whatever apprise reaches. The one file that imports it.

An alert's row says whether somebody knows; what could not be told stands there with the reason and is tried again.
"""

import logging
import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.alerts import alerts
from desk.alerts.alerts import Telling
from desk.settings import DeskSettings
from listener.settings import ListenerSettings, Recipient
from storage.database import Database
from storage.words import AlertKind

log = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=30)
MOST_ATTEMPTS = 6
"""After so many in a row an alert is told only as often as the cooldown says, for as long as it stands."""

STATUS = re.compile(r"error=(\d{3})")


class Teller:
    """Tells the recipients of the settings. The database remembers whom an alert has reached, so that only the others are tried again."""

    def __init__(
        self, database: Database, settings: ListenerSettings, desk: DeskSettings, *, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._database = database
        self._recipients = settings.recipients
        self._desk = desk
        self._environment = environment

    def tell_due(self) -> int:
        """Tell what is due. How many alerts somebody now knows of."""
        with self._database.write() as session:
            due = alerts.due(session, now=self._database.now())
        return sum(self._tell(telling) for telling in due)

    def _tell(self, telling: Telling) -> bool:
        now = self._database.now()
        wanted = [recipient for recipient in self._recipients if telling.kind in recipient.kinds]
        awake = [recipient for recipient in wanted if not is_quiet(recipient, now, self._desk.zone)]
        if not awake:
            self._keep(telling, *self._nobody(telling, wanted, now))
            return False
        errors = self._reach(telling, awake)
        if errors:
            self._keep(telling, "; ".join(errors), now + self._pause(telling))
            return False
        with self._database.write() as session:
            alerts.told(session, telling.id, settings=self._desk, now=self._database.now())
        log.info("tell alert=%d kind=%s recipients=%d", telling.id, telling.kind, len(awake))
        return True

    def _reach(self, telling: Telling, recipients: Sequence[Recipient]) -> list[str]:
        with self._database.read() as session:
            reached = alerts.reached(session, telling.id)
        errors = []
        for recipient in recipients:
            if recipient.name in reached:
                continue
            error = send(recipient, _title(telling.kind), telling.text, self._environment)
            if error is None:
                with self._database.write() as session:
                    alerts.note_reached(session, telling.id, recipient.name)
            else:
                errors.append(f"{recipient.name}: {error}")
        return errors

    def _nobody(self, telling: Telling, wanted: Sequence[Recipient], now: datetime) -> tuple[str, datetime]:
        if not wanted:
            return f"nobody is to be told of {telling.kind}: name somebody in [[alerts.recipients]]", now + self._desk.alerts.cooldown
        return "it is quiet hours for everybody who is to be told", min(quiet_ends(r, now, self._desk.zone) for r in wanted)

    def _pause(self, telling: Telling) -> timedelta:
        if telling.attempts + 1 >= MOST_ATTEMPTS:
            return max(self._desk.alerts.cooldown, FIRST_PAUSE)
        return min(FIRST_PAUSE * (1 << telling.attempts), LONGEST_PAUSE)

    def _keep(self, telling: Telling, error: str, retry_at: datetime) -> None:
        log.warning("tell alert=%d kind=%s nobody was told: %s", telling.id, telling.kind, error)
        with self._database.write() as session:
            alerts.not_told(session, telling.id, error=error, retry_at=retry_at)


def tell_due(database: Database, settings: ListenerSettings, desk: DeskSettings) -> int:
    """Tell once what is due."""
    return Teller(database, settings, desk).tell_due()


def tell_now(settings: ListenerSettings, message: str) -> int:
    """Tell everybody who wants to know of processes, at any hour and past the database: it may be what is down. How many were reached."""
    wanted = [recipient for recipient in settings.recipients if AlertKind.PROCESS_DOWN in recipient.kinds]
    errors = [(recipient.name, send(recipient, "Careline", message, os.environ)) for recipient in wanted]
    for name, error in errors:
        if error is not None:
            log.error("tell recipient=%s was not told: %s", name, error)
    return sum(error is None for _, error in errors)


def send(recipient: Recipient, title: str, body: str, environment: Mapping[str, str]) -> str | None:
    """Send one message. None when it was taken, else why not, in words without a secret."""
    url = environment.get(recipient.url_env, "").strip()
    if not url:
        return f"the environment variable {recipient.url_env} is not set"
    try:
        return _notified(url, recipient.url_env, title, body)
    except Exception as error:  # noqa: BLE001  apprise has a hundred services behind it; whatever one raises may quote the address
        return f"apprise failed ({type(error).__name__})"


def _notified(url: str, variable: str, title: str, body: str) -> str | None:
    import apprise

    notifier = apprise.Apprise()
    if not notifier.add(url):
        return f"{variable} holds no address that apprise knows (https://github.com/caronc/apprise lists them)"
    with apprise.LogCapture(level=logging.WARNING) as said:
        is_taken = notifier.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
        status = STATUS.search(said.getvalue())
    return None if is_taken else f"it was not taken{f' (status {status[1]})' if status else ''}"


def is_quiet(recipient: Recipient, now: datetime, zone: str) -> bool:
    """Whether a recipient wants to hear nothing at this hour of the workspace's zone."""
    if recipient.quiet is None:
        return False
    starts, ends = recipient.quiet
    clock = now.astimezone(ZoneInfo(zone)).time()
    return starts <= clock < ends if starts <= ends else clock >= starts or clock < ends


def quiet_ends(recipient: Recipient, now: datetime, zone: str) -> datetime:
    """When the quiet hours that are now will end."""
    local = now.astimezone(ZoneInfo(zone))
    ends = recipient.quiet[1] if recipient.quiet else time(0)
    today = datetime.combine(local.date(), ends, tzinfo=local.tzinfo)
    end = today if today > local else datetime.combine(local.date() + timedelta(days=1), ends, tzinfo=local.tzinfo)
    return end.astimezone(now.tzinfo)


def _title(kind: AlertKind) -> str:
    return f"Careline: {kind.replace('_', ' ')}"
