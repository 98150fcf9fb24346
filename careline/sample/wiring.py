"""Which sources and repliers a workspace uses: the sample reads its timeline and answers into a sandbox."""

from dataclasses import replace
from datetime import datetime

from careline import layers
from careline.sample.corpus import SOURCES
from careline.sample.source import SampleSource
from careline.start import Start
from careline.workspace import secret_key
from desk import facts
from listener.connect.connected import connected
from listener.registry import Registry
from listener.settings import ListenerSettings
from listener.sources.sandbox import SandboxReplier
from storage.database import Database

BEGAN = "sample_began"


def registry_of(begun: Start, database: Database, settings: ListenerSettings) -> Registry:
    """The sources and repliers by name. The sample's never open a connection."""
    if not begun.workspace.is_sample:
        return Registry(connected(settings, database, secret_key(begun.settings)))
    since = began(database)
    return Registry(
        settings,
        sources={name: SampleSource(name, since) for name in SOURCES},
        repliers={name: SandboxReplier(name) for name in SOURCES},
    )


def listener_settings(begun: Start) -> ListenerSettings:
    """The sample's listener knows no credential and nobody to tell, whatever settings.toml says: nothing made up reaches a real person."""
    settings = layers.listener_settings(begun.settings)
    return replace(settings, credentials={}, recipients=(), streams=()) if begun.workspace.is_sample else settings


def began(database: Database) -> datetime:
    """When the sample workspace was made."""
    with database.read() as session:
        return datetime.fromisoformat(facts.get(session, BEGAN) or database.now().isoformat())
