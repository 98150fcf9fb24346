"""The board of one database, as a process of its own.

python serve.py DATABASE_URL PORT HOME
"""

import sys
from pathlib import Path

from dashboard.server import serve
from dashboard.settings import BoardSettings

if __name__ == "__main__":
    serve(BoardSettings(port=int(sys.argv[2]), database_url=sys.argv[1], home=Path(sys.argv[3]), cookie_secret="browser"))
