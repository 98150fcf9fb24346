"""What the listener says of connections that a platform's consent gave, in German. Written as in `desk_words`."""

CONNECTIONS = {
    "credential {name} is not connected any more: run {command}": "Zugangsdaten {name} sind nicht mehr verbunden: starten Sie {command}",
    "the platform does not accept the connection of credential {name} any more: run {command}": (
        "die Plattform nimmt die Verbindung der Zugangsdaten {name} nicht mehr an: starten Sie {command}"
    ),
    "not connected: run {command}": "nicht verbunden: starten Sie {command}",
    "connected": "verbunden",
    "connected as {name}": "verbunden als {name}",
    "the connection of credential {name} was sealed with another secret of this workspace: run {command}": (
        "die Verbindung der Zugangsdaten {name} wurde mit einem anderen Geheimnis dieses Arbeitsbereichs versiegelt: starten Sie {command}"
    ),
    "the connection of credential {name} is just being renewed by another process": (
        "die Verbindung der Zugangsdaten {name} wird gerade von einem anderen Prozess erneuert"
    ),
    "the connection of credential {name} has ended: {error}": "die Verbindung der Zugangsdaten {name} ist beendet: {error}",
    "{hint}. Connect it again: {command}": "{hint}. Verbinden Sie sie neu: {command}",
    "a renewal of the connection of credential {name} was cut off before its new token was stored": (
        "eine Erneuerung der Verbindung der Zugangsdaten {name} brach ab, bevor das neue Token gespeichert war"
    ),
    "{hint}; the next call tries once more": "{hint}; der nächste Aufruf versucht es noch einmal",
    "the database did not take the new token of credential {name}": "die Datenbank nahm das neue Token der Zugangsdaten {name} nicht an",
    "X does not accept this: {words}": "X nimmt das nicht an: {words}",
    "Bluesky does not accept this: {words}": "Bluesky nimmt das nicht an: {words}",
    "X does not know the app of credential {name}: {words}": "X kennt die App der Zugangsdaten {name} nicht: {words}",
    "Bluesky does not know the app of credential {name}: {words}": "Bluesky kennt die App der Zugangsdaten {name} nicht: {words}",
}

TABLES = (CONNECTIONS,)
