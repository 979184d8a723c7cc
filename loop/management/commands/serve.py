"""How does one command run the whole product? `make run` calls it: broker, database, web, worker and scheduler.

For trying Loop out and for small installations; `deploy/` shows each part as a service of its own.
"""

import errno
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from feedback.models import Account
from loop.config import env, schedule
from loop.config.celery import app as celery_app
from loop.demo import DEMO_LOGINS, DEMO_PASSWORD
from loop.embedded import BrokerFailed, end_with, start_broker
from loop.models import User
from loop.supervisor import STOP_SIGNALS, Child, NotReady, Supervisor, spawn

HOST = "127.0.0.1"
PATIENCE = 90.0  # seconds until all of it must answer


class Command(BaseCommand):
    help = "Serve everything in one foreground process, until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--with-parent", action="store_true", help="stop when the process that started it ends")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["with_parent"]:
            end_with(os.getppid(), signal.SIGTERM)
        listener = take_port(settings.PORT)
        # Whatever is started from here on, and every command later, sends links to this address.
        settings.SERVED_AT.write_text(f"http://{HOST}:{settings.PORT}\n", encoding="utf-8")
        supervisor = Supervisor(say=self.stderr.write)
        for number in STOP_SIGNALS:  # a long preparation ends at once, and its transaction rolls back
            signal.signal(number, signal.default_int_handler)
        try:
            if not env.text("REDIS_URL"):
                supervisor.add(Child("broker", embedded_broker))
            self.prepare()
            supervisor.stop_on_signals()
            supervisor.add(Child("worker", partial(spawn, worker_arguments(), env={"LOOP_SCHEDULER": "thread"})))
            supervisor.add(Child("web", partial(spawn, web_arguments(listener), pass_fds=[listener.fileno()])))
            supervisor.wait_until_ready(all_answer, patience=PATIENCE)
            if not supervisor.stopping:
                self.announce()
            supervisor.run()
        except KeyboardInterrupt:
            pass
        except (NotReady, BrokerFailed) as error:
            raise CommandError(f"Loop could not start: {error}.") from error
        finally:
            supervisor.stop()
            listener.close()

    def prepare(self) -> None:
        """Bring the database and the static files up to date; put the demo company into an empty database."""
        call_command("migrate", interactive=False, verbosity=0, skip_checks=False)
        collect_static()
        if env.flag("LOOP_DEMO", default=True) and not User.objects.exists() and not Account.objects.exists():
            self.say("Loading the demo company, its last year takes a moment ...")
            # A process of its own: living through a year takes 60 MB, which this one would keep.
            seeding = [sys.executable, "-m", "django", "seed_demo"]
            if subprocess.run(seeding, check=False, stdout=subprocess.DEVNULL).returncode:
                raise CommandError("The demo company could not be loaded. Without it: LOOP_DEMO=0 make run")
        connections.close_all()

    def announce(self) -> None:
        """Say where it is, and with which log-ins the demo can be entered."""
        self.say(f"Loop is ready at http://{HOST}:{settings.PORT}")
        present = set(User.objects.filter(email__in=dict(DEMO_LOGINS)).values_list("email", flat=True))
        connections.close_all()
        if present:
            self.say(f"Demo log-ins, all with the password {DEMO_PASSWORD}:")
            for email, who in DEMO_LOGINS:
                if email in present:
                    self.say(f"  {email}  ({who})")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()  # a pipe would hold it back


def take_port(port: int) -> socket.socket:
    """Return a socket that listens on the port. It is kept here, so a restarted web server loses no request.

    Raises:
        CommandError: the port is in use or not ours to use.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise CommandError(f"Port {port} is in use. Pick another one: make run PORT={port + 1}") from error
        raise CommandError(f"Port {port} cannot be used: {error.strerror}.") from error
    return listener


def collect_static() -> None:
    """Run `collectstatic`, which compresses everything again each time, only when a file has changed."""
    files = sorted(
        (name, storage.get_modified_time(name).isoformat())
        for finder in get_finders()
        for name, storage in finder.list(ignore_patterns=[])
    )
    fingerprint = hashlib.sha256(repr((settings.STORAGES["staticfiles"], files)).encode()).hexdigest()
    stamp = settings.STATIC_ROOT / ".fingerprint"
    if not stamp.exists() or stamp.read_text() != fingerprint:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(fingerprint)


def embedded_broker() -> "subprocess.Popen[bytes] | None":
    return start_broker(settings.EMBEDDED_BROKER, settings.LOOP_HOME / "broker")


def worker_name() -> str:
    """The name this worker answers to, also when it was restarted; other workers may share its broker."""
    return f"serve-{os.getpid()}@{socket.gethostname()}"


def worker_arguments() -> list[str]:
    return [
        *("-W", "ignore:You're running the worker with superuser"),  # in a container one does
        *("-m", "celery", "--app", "loop.config.celery:app", "--quiet", "--skip-checks", "worker"),
        *("--hostname", worker_name()),
        *("--queues", ",".join(schedule.QUEUES)),
        *("--pool", "threads", "--concurrency", "4"),
        *("--without-gossip", "--without-mingle"),
    ]


def web_arguments(listener: socket.socket) -> list[str]:
    return [
        *("-m", "gunicorn", "loop.config.wsgi:application"),
        *("--bind", f"fd://{listener.fileno()}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
        *("--preload", "--no-control-socket", "--graceful-timeout", "5", "--log-level", "warning"),
    ]


def all_answer() -> bool:
    """Say whether the web answers, has its database and broker, and the worker takes tasks.

    A start after a pause finds work that is overdue; the web is ready although /healthz then says 503 until it is done.
    """
    try:
        with urllib.request.urlopen(f"http://{HOST}:{settings.PORT}/healthz", timeout=5) as response:
            body = response.read()
    except urllib.error.HTTPError as error:
        body = error.read()
    except OSError:
        return False
    try:
        health = json.loads(body)
    except ValueError:
        return False
    if (health.get("database"), health.get("broker")) != ("ok", "ok"):
        return False
    return bool(celery_app.control.ping(destination=[worker_name()], timeout=0.5))
