"""All of Streamlit's options that the board depends on, hidden ones among them. Tests read each back in a running session."""

from collections.abc import Mapping
from typing import Any

from dashboard import theme
from dashboard.settings import BoardSettings


def options(settings: BoardSettings, *, cookie_secret: str) -> dict[str, Any]:
    """Each option with its value for these settings."""
    return {
        # One full collection after each run costs 54-81 ms at 100,000 objects and starves the process at 30 open boards
        # (https://github.com/streamlit/streamlit/issues/8977); the objects of the warm-up are frozen instead.
        "runner.postScriptGC": False,
        "runner.magicEnabled": False,
        "browser.gatherUsageStats": False,
        "browser.serverAddress": settings.host,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "minimal",
        # Streamlit's own download leaves cells that a spreadsheet would run as formulas.
        "client.disableDataExport": True,
        # By default pages of Streamlit's cloud may send this one messages.
        "client.allowedOrigins": [],
        "logger.level": "warning",
        "logger.hideWelcomeMessage": True,
        "logger.enableRich": False,
        "server.address": settings.host,
        "server.port": settings.port,
        "server.headless": True,
        "server.cookieSecret": cookie_secret,
        "server.allowedHosts": list(settings.hosts),
        "server.corsAllowedOrigins": [],
        "server.enableCORS": True,
        "server.enableXsrfProtection": True,
        "server.xsrfCookieSameSite": "strict",
        "server.enableAgentApi": False,
        "server.trustedUserHeaders": {},
        "server.unsafeMetricsUserAttributes": [],
        "server.enableStaticServing": False,
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.allowRunOnSave": False,
        "server.disconnectedSessionTTL": 120,
        "server.maxUploadSize": 1,
        **theme.options(),
    }


def apply(values: Mapping[str, Any]) -> None:
    """Set the options of this process, before its `st.App` is made. Raises RuntimeError for a name that Streamlit does not know.

    `st.set_option` refuses most of these, and environment variables are not read for an app that uvicorn serves.
    """
    from streamlit import config

    for name, value in values.items():
        config.get_option(name)
        config.set_option(name, value, "careline")
    missing = [name for name, value in values.items() if config.get_option(name) != value]
    if missing:
        raise RuntimeError(f"Streamlit did not take these options: {', '.join(missing)}")
