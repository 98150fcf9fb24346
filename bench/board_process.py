"""The board of one database, as a process of its own: `python -m bench.board_process DATABASE_URL PORT HOME`."""

import sys
from pathlib import Path

from dashboard.server import serve
from dashboard.settings import BoardSettings

if __name__ == "__main__":
    url, port, home = sys.argv[1:]
    serve(BoardSettings(port=int(port), database_url=url, home=Path(home), cookie_secret="bench"))
