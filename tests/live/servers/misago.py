"""Misago, a forum of Django's (PyPI), with PostgreSQL."""

import json
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from listener.text import plain_text
from tests.live.servers.box import Box, free_port
from tests.live.servers.databases import empty_database
from tests.support.journey import ACTS

PACKAGES = ("misago==0.39.6", "setuptools<81")
CSRF = "c" * 32

SETTINGS = """
from devproject.settings import *
from misago.conf.defaults import MISAGO_POSTING_MIDDLEWARES as _usual

DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", **{database!r}}}}}
INSTALLED_APPS = [one for one in INSTALLED_APPS if one != "debug_toolbar"]
MIDDLEWARE = [one for one in MIDDLEWARE if "debug_toolbar" not in one]
MEDIA_ROOT = {media!r}
# A test writes faster than one post in three seconds, and runs no queue for notifications.
MISAGO_POSTING_MIDDLEWARES = [one for one in _usual if "flood" not in one and "notifications" not in one]
"""

SET_UP = """
import json
import django
django.setup()
from misago.categories.models import Category
from misago.users.models import User
User.objects.create_superuser("owner", "owner@acme.example", "a password")
for name in ("ada", "acmecare"):
    User.objects.create_user(name, name + "@acme.example", "a password")
print(json.dumps({"category": Category.objects.get(slug="first-category").pk}))
"""


@dataclass(frozen=True, slots=True)
class Misago:
    """A running forum with the users owner, ada and acmecare."""

    url: str
    category: int

    def session(self, name: str) -> str:
        """What a user's browser would keep once it has signed in."""
        headers = {"X-CSRFToken": CSRF, "Cookie": f"csrftoken={CSRF}"}
        answer = httpx.post(f"{self.url}/api/auth/", json={"username": name, "password": "a password"}, headers=headers, timeout=30)
        return str(answer.raise_for_status().cookies["sessionid"])


def boot(box: Box, stack: ExitStack) -> Misago:
    """A forum in which nothing was said. Raises NotRun."""
    box.debian("postgresql", there=("/usr/lib/postgresql",))

    def install(folder: Path) -> None:
        box.run(sys.executable, "-m", "venv", folder / "env")
        box.run(folder / "env" / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES)

    programs = box.installed("misago-0.39.6", install) / "env" / "bin"
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="careline-misago-", ignore_cleanup_errors=True)))
    address = empty_database(stack, "misago")
    told = {
        "NAME": address.database,
        "USER": address.username,
        "PASSWORD": address.password or "",
        "HOST": address.host,
        "PORT": address.port,
    }
    (folder / "live_settings.py").write_text(SETTINGS.format(database=told, media=str(folder / "media")), encoding="utf-8")
    env = {"DJANGO_SETTINGS_MODULE": "live_settings", "PYTHONPATH": str(folder)}
    box.run(programs / "django-admin", "migrate", "-v", "0", cwd=folder, env=env)
    category = json.loads(box.run(programs / "python", "-", cwd=folder, env=env, told=SET_UP).splitlines()[-1])["category"]
    url = f"http://127.0.0.1:{free_port()}"
    serving = box.running(
        programs / "django-admin", "runserver", "--noreload", "--insecure", url.removeprefix("http://"), cwd=folder, env=env
    )
    box.answered(stack.enter_context(serving), f"{url}/api/threads/")
    return Misago(url, category)


class Members:
    """Ada writes; the owner deletes for her."""

    acts = ACTS
    tells = True

    def __init__(self, forum: Misago) -> None:
        self._forum = forum
        self._sessions = {name: forum.session(name) for name in ("ada", "owner")}

    def ask(self, text: str, *, parent: str = "") -> str:
        if parent:
            thread = parent.partition("/")[0]
            return f"{thread}/{self._call('POST', f'{thread}/posts/', {'post': text})['id']}"
        thread = self._call("POST", "", {"category": self._forum.category, "title": f"{text} ({time.monotonic_ns()})", "post": text})["id"]
        return next(iter(self._posts(thread)))

    def edit(self, external_id: str, text: str) -> None:
        thread, _, post = external_id.partition("/")
        self._call("PUT", f"{thread}/posts/{post}/", {"post": text})

    def delete(self, external_id: str) -> None:
        thread, _, post = external_id.partition("/")
        is_first = next(iter(self._posts(thread))) == external_id
        self._call("DELETE", f"{thread}/" if is_first else f"{thread}/posts/{post}/", by="owner")

    def standing(self) -> dict[str, str]:
        threads = [thread["id"] for thread in self._call("GET", "")["results"]]
        return {key: text for thread in threads for key, text in self._posts(thread).items()}

    def _posts(self, thread: str) -> dict[str, str]:
        listed = self._call("GET", f"{thread}/posts/")["post_set"]["results"]
        return {f"{thread}/{post['id']}": plain_text(post["content"]) for post in listed if not post["is_event"]}

    def _call(self, method: str, route: str, content: Any = None, *, by: str = "ada") -> Any:
        headers = {"X-CSRFToken": CSRF, "Cookie": f"csrftoken={CSRF}; sessionid={self._sessions[by]}"}
        answer = httpx.request(method, f"{self._forum.url}/api/threads/{route}", json=content, headers=headers, timeout=30)
        assert answer.is_success, answer.text
        return answer.json()
