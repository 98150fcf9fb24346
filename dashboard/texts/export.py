"""Taking cases away as a file."""

TEXTS = {
    "export.open": "Export",
    "export.why": "One row a case: what this list shows, in its order. Private messages are never in it. Of X each person gets 500 texts a day; the other rows hold the post's id and say so.",
    "export.excel": "For Excel (CSV)",
    "export.other": "For other programs (CSV)",
}
