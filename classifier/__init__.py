"""Triages mentions: sentiment, intent, needs_reply, urgency, abusive, language."""
