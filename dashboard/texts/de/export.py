"""Taking cases away as a file."""

TEXTS = {
    "export.open": "Exportieren",
    "export.why": "Eine Zeile je Fall: was diese Liste zeigt, in ihrer Reihenfolge. Private Nachrichten stehen nie darin. Von X bekommt jede Person 500 Texte am Tag; die übrigen Zeilen nennen die Nummer des Beitrags und sagen das.",
    "export.excel": "Für Excel (CSV)",
    "export.other": "Für andere Programme (CSV)",
}
