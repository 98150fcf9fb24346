"""Serves a board whose page only writes down what it finds: the options and the collector's state inside a running session.

python probe_server.py DATABASE_URL PORT REPORT
"""

import sys
from pathlib import Path

PAGE = """
import gc, json, os
from pathlib import Path
import streamlit as st
from dashboard import options
from dashboard.workspace import here
wanted = options.options(here().settings, cookie_secret=here().secret)
found = {"options": {name: st.get_option(name) for name in wanted}, "frozen": gc.get_freeze_count(), "pid": os.getpid(), "database": here().settings.database_url}
report = Path(os.environ["CARELINE_PROBE"])
report.with_suffix(".part").write_text(json.dumps(found))
report.with_suffix(".part").rename(report)
st.text("done")
"""


def main(url: str, port: int, report: Path) -> None:
    import os

    from dashboard import server
    from dashboard.settings import BoardSettings

    os.environ["CARELINE_PROBE"] = str(report)
    page = report.with_name("page.py")
    page.write_text(PAGE)
    server.SCRIPT = page
    server.serve(BoardSettings(port=port, database_url=url, home=report.parent, cookie_secret="probe"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
