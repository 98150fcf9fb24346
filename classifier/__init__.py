"""Triages mentions: sentiment, intent, needs_reply, urgency, abusive, language."""

import os

# onnxruntime marks this machine in the home folder and reports to its maker. It listens to this alone, and only while it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
