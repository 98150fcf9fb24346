"""Taking cases away as a file."""

TEXTS = {
    "export.open": "Exportieren",
    "export.why": "Eine Zeile je Fall: was diese Liste zeigt, in ihrer Reihenfolge. Private Nachrichten stehen nie darin. Von X bekommt jede Person 500 Texte am Tag; die übrigen Zeilen nennen die Nummer des Beitrags und sagen das.",
    "export.outcomes.why": "Die Zahlen, wie diese Seite sie zeigt, und eine Zeile für jeden Fall dahinter. Private Nachrichten stehen nie darin. Von X bekommt jede Person 500 Texte am Tag; die übrigen Zeilen nennen die Nummer des Beitrags und sagen das. Keine Zahl handelt von einer einzelnen Person.",
    "export.outcomes.figures": "Die Zahlen",
    "export.outcomes.cases": "Alle Fälle dahinter",
    "export.outcomes.listed": "Die oben aufgeführten Fälle",
    "export.excel": "Für Excel (CSV)",
    "export.other": "Für andere Programme (CSV)",
}
