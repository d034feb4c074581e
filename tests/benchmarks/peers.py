"""WordPress as Debian has it, with the posts and comments of the blog that is measured: `make bench PEERS=1`, as root.

Its packages are installed for the length of the measurement, and taken off again if they were not there. It runs from a
copy, by PHP's own web server with the opcode cache, and a MariaDB of its own; in `/tmp`, nothing of it is left.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from tests.benchmarks.database import Backends
from tests.benchmarks.server import Server

THEMES = {"twentytwentythree": "default theme", "twentytwentyone": "classic theme"}
PACKAGES = [
    "wordpress",
    *(f"wordpress-theme-{theme}" for theme in THEMES),
    "php-cli",
    "php-mysql",
    "mariadb-server-core",
]
PATIENCE = 120  # seconds until MariaDB or PHP has to answer
# In the way of a benchmark: limits, mails, and what asks wordpress.org.
CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', 'http://127.0.0.1:{port}'); define('WP_SITEURL', WP_HOME);
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
PLUGIN = """<?php
add_filter('comment_flood_filter', '__return_false', 99);
add_filter('pre_wp_mail', '__return_true');
"""


class WordPress:
    """Use it in a `with`, which takes minutes to begin. `show(theme)` has it wear one of THEMES."""

    backends = Backends()  # its database's processes are counted with the others

    def __init__(self, posts):
        """`posts`: those of the blog that it gets, too."""
        self.posts, self.numbers = posts, {}
        self.folder = Path(tempfile.mkdtemp(prefix="wordpress-", dir="/tmp"))
        self._stack = contextlib.ExitStack()
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)

    def __enter__(self):
        try:
            self._install()
            self._start_database()
            self._fill()
            self._start_web()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *error):
        self._stack.close()

    def show(self, theme):
        change = f"require 'wp-load.php'; switch_theme('{theme}');"
        self._run("php", "-r", change, cwd=self.folder / "web")

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def cpu_seconds(self):
        return sum(Server(process, 0).cpu_seconds() for process in (self.database, self.web))

    def path(self, post):
        return f"/?p={self.numbers[str(post.pk)]}"

    def comment(self, post, number, text):
        """(method, path, body) of what its form sends."""
        form = {"author": f"Writer {number}", "email": f"writer{number}@example.org", "comment": text, "submit": "Post"}
        form |= {"comment_post_ID": self.numbers[str(post.pk)], "comment_parent": 0}
        return "POST", "/wp-comments-post.php", urlencode(form)

    def _run(self, *command, **options):
        done = subprocess.run(command, capture_output=True, text=True, **options)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def _install(self):
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        simulated = self._run("apt-get", "install", "-s", "-y", "--no-install-recommends", *PACKAGES, env=env)
        # Not those that are only brought up to date: they have their old version in brackets.
        if new := re.findall(r"^Inst (\S+) \(", simulated, re.MULTILINE):
            self._stack.callback(subprocess.run, ["apt-get", "purge", "-y", "-qq", *new], env=env, capture_output=True)
            self._run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES, env=env)
        web = self.folder / "web"
        shutil.copytree("/usr/share/wordpress", web, ignore_dangling_symlinks=True)
        for theme in THEMES:
            if not (web / "wp-content/themes" / theme).exists():
                shutil.copytree(f"/usr/share/wordpress/wp-content/themes/{theme}", web / "wp-content/themes" / theme)
        (web / "wp-content/mu-plugins").mkdir(exist_ok=True)
        (web / "wp-content/mu-plugins/quiet.php").write_text(PLUGIN)

    def _start_database(self):
        data, self.socket = self.folder / "data", self.folder / "mariadb.sock"
        options = ["--no-defaults", f"--datadir={data}", "--user=root"]
        self._run("mariadb-install-db", *options, "--auth-root-authentication-method=normal", "--skip-test-db")
        quiet = [
            f"--socket={self.socket}",
            f"--pid-file={self.folder}/pid",
            "--skip-networking",
            "--innodb-buffer-pool-size=256M",
        ]
        self.database = self._started("mariadbd", *options, *quiet)
        self._wait(lambda: not subprocess.run([*self._client(), "-e", "SELECT 1"], capture_output=True).returncode)
        self._run(*self._client(), "-e", "CREATE DATABASE wordpress CHARACTER SET utf8mb4")

    def _client(self):
        return ["mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root"]

    def _fill(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        web, rows = self.folder / "web", self.folder / "posts.json"
        (web / "wp-config.php").write_text(CONFIG.format(socket=self.socket, port=self.port))
        shutil.copy(Path(__file__).with_name("wordpress.php"), web / "fill.php")
        rows.write_text(json.dumps([_row(post) for post in self.posts]))
        said = self._run("php", "-d", "memory_limit=1G", "fill.php", str(rows), cwd=web)
        self.numbers = json.loads(said[said.rindex("{") :])

    def _start_web(self):
        options = ["opcache.enable=1", "opcache.enable_cli=1", "memory_limit=512M", "max_execution_time=0"]
        settings = [part for option in options for part in ("-d", option)]
        self.web = self._started("php", *settings, "-S", f"127.0.0.1:{self.port}", cwd=self.folder / "web")
        self._wait(self._answers)

    def _answers(self):
        with contextlib.suppress(OSError), contextlib.closing(self.connect()) as connection:
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        return False

    def _started(self, *command, **options):
        with open(self.folder / f"{command[0]}.log", "wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, **options)
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process

    def _wait(self, answers):
        until = time.monotonic() + PATIENCE
        while not answers():
            if time.monotonic() > until:
                raise RuntimeError("\n".join(log.read_text(errors="replace") for log in self.folder.glob("*.log")))
            time.sleep(0.2)


def _row(post):
    comments = post.comments.filter(status="approved").order_by("pk")
    return {
        "pk": post.pk,
        "title": post.title,
        "body_html": post.body_html,
        "published_at": f"{post.published_at:%Y-%m-%d %H:%M:%S}",
        "tags": [tag.name for tag in post.tags.all()],
        "comments": [
            [row.pk, row.parent_id, row.name, row.body, f"{row.submitted_at:%Y-%m-%d %H:%M:%S}"] for row in comments
        ],
    }
