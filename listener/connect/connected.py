"""Which credentials may use what a platform gave them by consent."""

from dataclasses import replace

from listener.connect.keeper import Keeper
from listener.connect.platforms import is_connectable
from listener.connect.tokens import Vault
from listener.settings import CredentialSettings, ListenerSettings
from storage.database import Database


def connected(settings: ListenerSettings, database: Database, secret: str) -> ListenerSettings:
    """The same settings, whose credentials of such platforms know their keeper. `secret` is the workspace's."""
    vault = Vault(secret)

    def keeping(credential: CredentialSettings) -> CredentialSettings:
        if not is_connectable(credential.source):
            return credential
        return replace(credential, keeper=Keeper(database, vault, credential, settings.timeout))

    return replace(settings, credentials={name: keeping(given) for name, given in settings.credentials.items()})
