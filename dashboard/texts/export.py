"""Taking cases away as a file."""

TEXTS = {
    "export.open": "Export",
    "export.why": "One row a case: what this list shows, in its order. Private messages are never in it. Of X each person gets 500 texts a day; the other rows hold the post's id and say so.",
    "export.outcomes.why": "The figures as this page shows them, and one row for each case behind them. Private messages are never in it. Of X each person gets 500 texts a day; the other rows hold the post's id and say so. No figure is about one person.",
    "export.outcomes.figures": "The figures",
    "export.outcomes.cases": "All cases behind them",
    "export.outcomes.listed": "The cases listed above",
    "export.excel": "For Excel (CSV)",
    "export.other": "For other programs (CSV)",
}
