"""WordPress with MariaDB and PHP's own web server (Debian's packages)."""

import json
import os
import pwd
import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from listener.text import plain_text
from tests.live.servers.box import Box, NotRun, free_port
from tests.support.journey import ACTS

HERE = Path("/usr/share/wordpress")
PACKAGES = ("wordpress", "php-cli", "php-mysql", "php-xml", "php-mbstring", "mariadb-server")
NEEDED = (HERE / "wp-load.php", "php", "mariadbd", "mariadb-install-db", "/usr/share/doc/php-mysql")

CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'wordpress');
define('DB_PASSWORD', 'wordpress');
define('DB_HOST', '127.0.0.1:{database}');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', 'http://127.0.0.1:{port}');
define('WP_SITEURL', 'http://127.0.0.1:{port}');
define('WP_ENVIRONMENT_TYPE', 'local');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
define('WP_CONTENT_DIR', __DIR__ . '/wp-content');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

SET_UP = """<?php
define('WP_INSTALLING', true);
function wp_new_blog_notification() {}
function wp_mail() { return true; }
require 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
ob_start();
wp_install('Acme', 'owner', 'owner@acme.example', true, '', 'a password');
foreach (['comment_moderation' => 0, 'comment_previously_approved' => 0, 'default_pingback_flag' => 0] as $name => $value)
    update_option($name, $value);
$care = wp_insert_user(['user_login' => 'acmecare', 'user_pass' => 'a password', 'display_name' => 'AcmeCare',
    'user_email' => 'care@acme.example', 'role' => 'editor']);
$article = wp_insert_post(['post_title' => 'Kettles', 'post_content' => 'All about kettles.', 'post_status' => 'publish', 'post_author' => 1]);
wp_delete_comment(1, true);
$told = ['article' => $article,
    'care' => WP_Application_Passwords::create_new_application_password($care, ['name' => 'careline'])[0],
    'owner' => WP_Application_Passwords::create_new_application_password(1, ['name' => 'test'])[0]];
ob_end_clean();
echo json_encode($told);
"""

ADDRESSES = """<?php
require 'wp-load.php';
global $wp_rewrite;
$wp_rewrite->set_permalink_structure($argv[1]);
$wp_rewrite->flush_rules(false);
"""


@dataclass(frozen=True, slots=True)
class WordPress:
    """A running site: `care` and `owner` are application passwords of the users acmecare and owner."""

    url: str
    folder: Path
    article: int
    care: str
    owner: str
    box: Box

    def readable_addresses(self, *, wanted: bool) -> None:
        """Whether its interface lies at /wp-json/, or at ?rest_route= alone."""
        _php(self.box, self.folder, ADDRESSES, "/%postname%/" if wanted else "")


def boot(box: Box, stack: ExitStack) -> WordPress:
    """A site with an article and two users that takes comments unseen, as fast as they come. Raises NotRun."""
    box.debian(*PACKAGES, there=NEEDED)
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="careline-wordpress-", ignore_cleanup_errors=True)))
    folder.chmod(0o755)
    site, port, database = folder / "site", free_port(), free_port()
    shutil.copytree(HERE, site, symlinks=False, ignore_dangling_symlinks=True, ignore=shutil.ignore_patterns("wp-config.php"))
    (site / "wp-content" / "mu-plugins").mkdir()
    (site / "wp-content" / "mu-plugins" / "flood.php").write_text("<?php add_filter('wp_is_comment_flood', '__return_false', 99);")
    (site / "wp-config.php").write_text(CONFIG.format(port=port, database=database), encoding="utf-8")
    _database(box, stack, folder, database)
    told = json.loads(_php(box, site, SET_UP))
    # Several workers: a page that asks its own site would wait for itself.
    serving = box.running("php", "-S", f"127.0.0.1:{port}", "-t", site, cwd=site, env={"PHP_CLI_SERVER_WORKERS": "3"})
    box.answered(stack.enter_context(serving), f"http://127.0.0.1:{port}/?rest_route=/wp/v2/comments")
    return WordPress(f"http://127.0.0.1:{port}", site, told["article"], told["care"], told["owner"], box)


def _database(box: Box, stack: ExitStack, folder: Path, port: int) -> None:
    """MariaDB under the user that its package made, where we are root: it does not run as root."""
    data, user = folder / "data", "mysql" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    made = ("--auth-root-authentication-method=normal", "--skip-test-db", f"--user={user}", f"--datadir={data}")
    box.run("mariadb-install-db", "--no-defaults", *made)
    shutil.chown(folder, user)
    socket = folder / "s.sock"
    where = (f"--user={user}", f"--datadir={data}", f"--socket={socket}", f"--port={port}", "--bind-address=127.0.0.1")
    process = stack.enter_context(box.running("mariadbd", "--no-defaults", *where, f"--pid-file={folder / 'pid'}"))
    while not socket.exists():
        if process.poll() is not None or not box.left:
            raise NotRun(f"MariaDB does not start; see {box.log}")
        time.sleep(0.1)
    made_for = "CREATE USER wordpress@'127.0.0.1' IDENTIFIED BY 'wordpress'; GRANT ALL ON wordpress.* TO wordpress@'127.0.0.1'"
    box.run("mariadb", "--no-defaults", "-u", "root", f"--socket={socket}", told=f"CREATE DATABASE wordpress; {made_for};")


def _php(box: Box, site: Path, script: str, *given: str) -> str:
    return box.run("php", "-d", "display_errors=0", "--", *given, cwd=site, told=script)


class Visitors:
    """Who comments on the site. The owner writes in their names: a visitor can change nothing afterwards."""

    acts = ACTS
    tells = True

    def __init__(self, site: WordPress) -> None:
        self._site = site
        self._client = httpx.Client(auth=("owner", site.owner), timeout=20)

    def close(self) -> None:
        self._client.close()

    def ask(self, text: str, *, parent: str = "", name: str = "Ada") -> str:
        content = {"post": self._site.article, "content": text, "author_name": name, "author_email": f"{name.lower()}@mail.example"}
        return str(self._asked("POST", "", {**content, **({"parent": int(parent)} if parent else {})})["id"])

    def edit(self, external_id: str, text: str) -> None:
        self._asked("POST", f"/{external_id}", {"content": text})

    def delete(self, external_id: str) -> None:
        self._asked("DELETE", f"/{external_id}")

    def standing(self) -> dict[str, str]:
        """What the site shows, by id."""
        listed = self._client.get(self._route("&per_page=100")).raise_for_status().json()
        return {str(one["id"]): plain_text(one["content"]["rendered"]) for one in listed}

    def _asked(self, method: str, route: str, content: dict[str, object] | None = None) -> dict[str, object]:
        answer = self._client.request(method, self._route(route), json=content)
        assert answer.is_success, answer.text
        given: dict[str, object] = answer.json()
        return given

    def _route(self, route: str) -> str:
        return f"{self._site.url}/?rest_route=/wp/v2/comments{route}"
