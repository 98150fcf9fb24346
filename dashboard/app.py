"""What Streamlit runs for each person and each rerun: the frame, then the chosen page."""

from dashboard.frame import run

run()
