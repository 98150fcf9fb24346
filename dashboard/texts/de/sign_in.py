"""Signing in: by a provider or by name, and why it did not work."""

TEXTS = {
    "signin.openid_title": "Bei Careline anmelden",
    "signin.openid_why": "Sie melden sich dort an, wo Ihr Haus seine Konten führt. Alles, was Sie hier tun, wird unter Ihrem Namen festgehalten.",
    "signin.openid": "Mit {provider} anmelden",
    "signin.openid_unnamed": "Anmelden",
    "signin.ask": "Fragen Sie eine dieser Personen: {people}",
    "signin.ask_nobody": "Noch kann niemand Personen hinzufügen: wer Careline betreibt, kann es mit dem Befehl careline people add.",
    "signin.problem.unreachable": "Der Anmeldedienst antwortet nicht. Versuchen Sie es gleich noch einmal; bleibt es so, sagen Sie es denen, die ihn betreiben.",
    "signin.problem.mismatch": "Diese Anmeldung wurde nicht in diesem Browser begonnen, oder sie hat zu lange gedauert. Beginnen Sie sie neu.",
    "signin.problem.cancelled": "Sie wurden nicht angemeldet: beim Anmeldedienst wurde abgebrochen.",
    "signin.problem.clock": "Die Uhren des Anmeldedienstes und dieses Servers weichen um mehr als eine Minute ab, darum ist seiner Antwort nicht zu trauen. Sagen Sie es denen, die Careline betreiben.",
    "signin.problem.untrusted": "Der Antwort des Anmeldedienstes war nicht zu trauen, darum wurde niemand angemeldet. Versuchen Sie es noch einmal; bleibt es so, sagen Sie es denen, die Careline betreiben.",
    "signin.problem.stranger": "Der Anmeldedienst kennt Sie, aber hier hat Ihnen noch niemand eine Rolle gegeben. Fragen Sie Ihre Leitung.",
    "signin.problem.left": "Sie arbeiten nicht mehr hier und können sich darum nicht anmelden. Wenn das falsch ist, fragen Sie Ihre Leitung.",
    "signin.problem.busy": "Ihre Anmeldung konnte gerade nicht gespeichert werden. Versuchen Sie es gleich noch einmal.",
}
