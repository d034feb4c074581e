"""What compose.yaml names, as processes of this machine: web servers, worker, PostgreSQL, Redis, nginx; and pgbouncer.

Web servers and worker are started by the very commands of compose.yaml, in a folder that has what the Dockerfile copies
and nothing else; nginx by the very files of `deploy/nginx/`. One of the web servers, and the worker, reach the database
through pgbouncer in transaction mode.
"""

import contextlib
import glob
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from tests.benchmarks.server import ROOT, environment

from .blog import end, wait_until
from .web import free_port

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NGINX = """
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1000; }}
http {{
    include {folder}/cache.conf;
    upstream blog {{
        {servers}
    }}
    server {{
        listen 127.0.0.1:{port} reuseport;
        include {folder}/locations.conf;
        # For the benchmarks: the file that a page is compared to.
        location /file/ {{ root {folder}; default_type text/html; }}
    }}
}}
"""
PGBOUNCER = """
[databases]
blog = host=127.0.0.1 port={database} dbname=postgres user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
pool_mode = transaction
default_pool_size = 8
max_client_conn = 200
unix_socket_dir =
"""

PREPARE = """
from comments.models import DiscussionSettings
from tests.factories import make_author, make_comment, make_post
limits = dict.fromkeys(["hourly_per_network", "daily_per_network", "hourly_per_post", "daily_limit"])
DiscussionSettings(moderation="none", flood_seconds=0, notify_on="none", **limits).save()
author = make_author()
posts = [make_post(author=author, title=f"Post {number}") for number in range(5)]
for number in range(60):
    make_comment(post=posts[0], body=f"Comment {number} about the ford.")
print(json.dumps([[post.pk, post.get_absolute_url()] for post in posts]))"""


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class WholeSet:
    """Use it in a `with`. `start(name)` and `kill(name)` take a web server, the worker or Redis by its name."""

    def __init__(self, folder):
        self.folder, self.processes = Path(folder), {}
        self.ports = {name: free_port() for name in ("nginx", "database", "pooler", "cache", "web-a", "web-b")}
        self.port = self.ports["nginx"]
        self.image = self.folder / "blog"
        self.data = self.image / "var"
        # PostgreSQL has an account of its own, which may not look into pytest's folders.
        self.database = Path(tempfile.mkdtemp(prefix="whole-set-"))
        self.bin = max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        self._build()
        self._start_database()
        self.start("cache")
        self._start_pooler()
        # Not `upgrade`, which would compress all static files once more.
        self.run("python", "manage.py", "migrate", "--verbosity", "0")
        return self

    def __exit__(self, *error):
        for name in list(self.processes):
            self.kill(name)
        self._postgres("pg_ctl", "-m", "immediate", "stop", check=False)
        self._stack.close()
        shutil.rmtree(self.database)

    def env(self, name):
        """The environment that compose.yaml gives a service, with the addresses of this machine."""
        names = {
            **environment(self.data, settings="blog_site.settings"),
            "CACHE_URL": f"redis://127.0.0.1:{self.ports['cache']}/0",
            "DATABASE_URL": self.database_url if name in ("web-a", "upgrade") else self.pooler_url,
            "TRUSTED_PROXIES": "127.0.0.1",
            "WEB_CONCURRENCY": "2",
            "HOST": "127.0.0.1",
            "PORT": str(self.ports.get(name, 0)),
            "STATIC_ROOT": str(self.image / "collected"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        wanted = COMPOSE["services"].get(name, {}).get("environment", {})
        return names | {key: value for key, value in wanted.items() if key not in names and "$" not in value}

    @property
    def database_url(self):
        return f"postgres://postgres@127.0.0.1:{self.ports['database']}/postgres"

    @property
    def pooler_url(self):
        return f"postgres://postgres@127.0.0.1:{self.ports['pooler']}/blog?DISABLE_SERVER_SIDE_CURSORS=True"

    def prepare(self):
        """Five posts, the first with 60 comments, in a blog without limits; [[number, path]] of each."""
        code = f"import django, json; django.setup()\n{PREPARE}"
        env = self.env("upgrade")
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    # --- Its processes

    def start(self, name, **env):
        """Starts it, and does not wait. `env`: what its environment has beside."""
        if name == "cache":
            command = ["redis-server", "--port", str(self.ports[name]), "--save", "", "--appendonly", "no"]
        else:
            command = COMPOSE["services"][name]["command"]
        self._spawn(name, command, cwd=self.image, env=self.env(name) | env)

    def kill(self, name):
        """Ends it, and all that it has started, in the middle of whatever it does."""
        end(self.processes.pop(name))

    def start_blog(self):
        """Web servers, worker and nginx; returns when readers are answered."""
        for name in ("web-a", "web-b", "worker"):
            self.start(name)
        for name in ("web-a", "web-b"):
            self.wait_for(name)
        servers = [f"server 127.0.0.1:{self.ports[web]} max_fails=1 fail_timeout=2s;" for web in ("web-a", "web-b")]
        self._start_nginx("\n        ".join(servers))

    def wait_for(self, name):
        """Until a web server is healthy, by the very command of the Dockerfile."""
        (line,) = [line for line in DOCKERFILE.splitlines() if line.startswith("HEALTHCHECK")]
        command = yaml.safe_load(line.partition(" CMD ")[2])
        quiet = {"stderr": subprocess.DEVNULL}
        wait_until(lambda: subprocess.run(command, cwd=self.image, env=self.env(name), **quiet).returncode == 0)

    def crash_database(self):
        """Ends it without a word, in the middle of whatever it does, and starts it again."""
        self._postgres("pg_ctl", "-w", "-m", "immediate", "-l", "log", "restart")

    @contextlib.contextmanager
    def replica(self):
        """A standby of the database, as PostgreSQL's own tools make it; yields its address."""
        folder, port = self.database / "replica", free_port()
        source = f"host=127.0.0.1 port={self.ports['database']} user=postgres"
        self._postgres("pg_basebackup", "-D", str(folder), "-R", "-c", "fast", "-X", "stream", "-d", source)
        self._postgres("pg_ctl", "-w", "-D", str(folder), "-l", "log", "-o", f"-p {port}", "start")
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            self._postgres("pg_ctl", "-D", str(folder), "-m", "immediate", "stop", check=False)

    def run(self, *command, **env):
        """Runs a command where the blog is, to its end; returns what it printed. `env`: as for `start()`."""
        env = self.env("upgrade") | env
        done = subprocess.run(command, cwd=self.image, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _build(self):
        """What the Dockerfile copies, and what it runs there."""
        for line in DOCKERFILE.splitlines():
            if line.startswith("COPY ") and "--from" not in line:
                source, target = line.split()[1:]
                copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
                self.image.mkdir(exist_ok=True)
                copy(ROOT / source, self.image / target)
            if line.startswith("RUN ") and "manage.py" in line:
                command = line.removeprefix("RUN ").replace("/venv/bin", str(Path(sys.executable).parent))
                command = command.replace("/blog/", f"{self.image}/")
                env = {"PATH": os.environ["PATH"]}
                subprocess.run(command, shell=True, cwd=self.image, env=env, check=True)  # noqa: S602

    def _spawn(self, name, command, **options):
        log = open(self.folder / f"{name}.log", "ab")  # noqa: SIM115 (closed with the set)
        self._stack.callback(log.close)
        self.processes[name] = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **options)

    def _postgres(self, program, *arguments, check=True):
        """It refuses to run as root."""
        user = "postgres" if os.getuid() == 0 else None
        env = os.environ | {"PGDATA": str(self.database / "data")}
        with open(self.folder / "postgresql.log", "ab") as log:
            quiet = {"stdout": log, "stderr": log}
            command = [f"{self.bin}/{program}", *arguments]
            subprocess.run(command, cwd=self.database, user=user, env=env, check=check, **quiet)

    def _start_database(self):
        if os.getuid() == 0:
            shutil.chown(self.database, "postgres")
        self._postgres("initdb", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8")
        options = f"-p {self.ports['database']} -k {self.database} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._postgres("pg_ctl", "-w", "-l", "log", "-o", options, "start")

    def _start_pooler(self):
        settings = self.database / "pgbouncer.ini"
        settings.write_text(PGBOUNCER.format(port=self.ports["pooler"], database=self.ports["database"]))
        user = ["--user=postgres"] if os.getuid() == 0 else []
        self._spawn("pooler", ["pgbouncer", *user, str(settings)])
        wait_until(lambda: answers(self.ports["pooler"]))

    def _start_nginx(self, servers):
        (self.folder / "file").mkdir()
        places = {
            "/var/cache/nginx/blog": f"{self.folder}/pages",
            "/var/log/nginx/blog.log": f"{self.folder}/access.log",
            "/srv/blog/var": str(self.data),
        }
        for name in ("cache.conf", "locations.conf"):
            text = (ROOT / "deploy/nginx" / name).read_text()
            for place, here in places.items():
                text = text.replace(place, here)
            (self.folder / name).write_text(text)
        settings = self.folder / "nginx.conf"
        settings.write_text(
            NGINX.format(
                user="user root;\n" if os.getuid() == 0 else "", folder=self.folder, port=self.port, servers=servers
            )
        )
        self._spawn("nginx", ["nginx", "-c", str(settings), "-g", "daemon off;"])
        wait_until(lambda: answers(self.port))
