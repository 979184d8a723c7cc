"""Does a wrong setting stop the start with its name, and a right one mean what it says?"""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from loop.config import env

PROJECT = Path(__file__).resolve().parents[2]
KEY = "a key of more than fifty characters, as production asks for it"


@pytest.fixture
def start(tmp_path):
    """Read the settings in a process of its own, as a start does, and return what it printed."""

    def start(expression: str = "'started'", **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", f"from loop.config import settings; print(repr(({expression})))"],
            cwd=PROJECT,
            env={
                "PATH": os.environ["PATH"],
                "LOOP_ENV_FILE": os.devnull,
                "LOOP_HOME": str(tmp_path / "home"),
                **variables,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return start


class TestAStart:
    def test_needs_nothing_on_ones_own_machine(self, start):
        result = start("settings.DEBUG, settings.BASE_URL, settings.DATABASES['default']['NAME']", PORT="8123")
        assert result.returncode == 0, result.stderr
        assert "(True, 'http://127.0.0.1:8123', " in result.stdout
        assert "home/loop.sqlite3" in result.stdout

    def test_makes_one_key_for_ones_own_machine_and_keeps_it_secret(self, start, tmp_path):
        first, second = start("settings.SECRET_KEY"), start("settings.SECRET_KEY")
        assert first.stdout == second.stdout
        assert len(first.stdout.strip()) >= env.MIN_KEY_LENGTH
        assert stat.S_IMODE((tmp_path / "home" / "secret_key").stat().st_mode) == 0o600

    def test_is_refused_in_production_without_a_key(self, start, tmp_path):
        result = start(DEBUG="0")
        assert result.returncode != 0
        assert "SECRET_KEY is not set" in result.stderr
        assert not (tmp_path / "home" / "secret_key").exists()

    def test_is_refused_in_production_with_a_short_key(self, start):
        assert "SECRET_KEY is too short" in start(DEBUG="0", SECRET_KEY="changeme").stderr

    def test_names_a_folder_that_cannot_be_made(self, start):
        assert "LOOP_HOME is '/dev/null/loop'" in start(LOOP_HOME="/dev/null/loop").stderr

    def test_reads_a_file_of_settings_which_the_environment_overrides(self, start, tmp_path):
        file = tmp_path / "settings.env"
        file.write_text('BASE_URL=https://from.file\nDEFAULT_FROM_EMAIL="Care <care@example.com>"\n')
        expression = "settings.BASE_URL, settings.DEFAULT_FROM_EMAIL"
        assert "https://from.file', 'Care <care@example.com>'" in start(expression, LOOP_ENV_FILE=str(file)).stdout
        overridden = start(expression, LOOP_ENV_FILE=str(file), BASE_URL="https://from.environment")
        assert "https://from.environment" in overridden.stdout

    def test_with_https_sends_cookies_by_https_alone(self, start):
        expression = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.ALLOWED_HOSTS[0]"
        result = start(expression, DEBUG="0", SECRET_KEY=KEY, BASE_URL="https://loop.example.com")
        assert "(True, True, 'loop.example.com')" in result.stdout


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda name: env.flag(name, default=True), "maybe"),
        (lambda name: env.number(name, 8000, 1, 65535), "80a"),
        (lambda name: env.number(name, 8000, 1, 65535), "65536"),
        (lambda name: env.number(name, 8000, 1, 65535), "-1"),
        (lambda name: env.number(name, 8000, 1, 65535), "٣"),
        (lambda name: env.choice(name, "en", frozenset({"en", "sv"})), "se"),
        (lambda name: env.time_zone(name, "UTC"), "Europe/Stokholm"),
        (lambda name: env.time_zone(name, "UTC"), "../etc/passwd"),
        (lambda name: env.base_url(name, ""), "loop.example.com"),
        (lambda name: env.base_url(name, ""), "https://loop.example.com/loop"),
        (lambda name: env.base_url(name, ""), "https://loop.example.com:80a"),
        (lambda name: env.base_url(name, ""), "ftp://loop.example.com"),
        (env.broker_url, "amqp://localhost"),
        (lambda name: env.database(name, Path("/x")), "mysql://localhost/loop"),
        (lambda name: env.database(name, Path("/x")), "loop.sqlite3"),
        (lambda name: env.database(name, Path("/x")), "postgres://localhost:5432/"),
        (lambda name: env.database(name, Path("/x")), "postgres://localhost:port/loop"),
        (lambda name: env.email(name, ""), "mail.example.com"),
        (lambda name: env.email(name, ""), "smtp://"),
        (env.bounce_address, "bounces"),
        (env.bounce_address, "a.name.too.long@example.com"),
        (env.bounce_address, "bounces+x@example.com"),
        (env.mailbox_url, "pop3://loop:hunter2@mail.example.com"),
        (env.mailbox_url, "imaps://mail.example.com/INBOX"),
    ],
)
def test_a_wrong_value_is_refused_by_name(monkeypatch, read, value):
    monkeypatch.setenv("THE_SETTING", value)
    with pytest.raises(ImproperlyConfigured, match=r"^THE_SETTING is "):
        read("THE_SETTING")


def test_a_refusal_does_not_tell_the_password(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://loop:hunter2@db.example.com/loop")
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.database("DATABASE_URL", Path("/x"))
    assert "hunter2" not in str(refusal.value)
    assert "db.example.com" in str(refusal.value)


def test_a_refused_mailbox_does_not_tell_its_password(monkeypatch):
    monkeypatch.setenv("BOUNCE_MAILBOX_URL", "pop3://loop:hunter2@mail.example.com")
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.mailbox_url("BOUNCE_MAILBOX_URL")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("provider", "secret", "key", "refused"),
    [
        ("sendmail", "loop:secret", "", "INBOUND_PROVIDER"),
        ("postmark", "", "", "INBOUND_SECRET"),
        ("postmark", "secret", "", "INBOUND_SECRET"),
        ("mailgun", "loop:secret", "", "INBOUND_SIGNING_KEY"),
    ],
)
def test_a_mail_provider_must_prove_who_it_is(provider, secret, key, refused):
    with pytest.raises(ImproperlyConfigured, match=f"^{refused} is "):
        env.inbound_webhooks(provider, secret, key)


def test_a_mail_providers_webhooks_are_set_up_as_anymail_wants_it():
    assert env.inbound_webhooks("", "", "") == {}
    assert env.inbound_webhooks("postmark", "loop:secret", "") == {"WEBHOOK_SECRET": "loop:secret"}
    signed = env.inbound_webhooks("mailgun", "loop:secret", "k")
    assert signed == {"WEBHOOK_SECRET": "loop:secret", "MAILGUN_WEBHOOK_SIGNING_KEY": "k"}


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("Yes", True), ("off", False), ("0", False), ("", True)])
def test_yes_and_no_may_be_written_in_several_ways(monkeypatch, value, meaning):
    monkeypatch.setenv("THE_SETTING", value)
    assert env.flag("THE_SETTING", default=True) is meaning


def test_sqlite_takes_the_write_lock_when_a_transaction_begins(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    options = env.database("DATABASE_URL", Path("/srv/loop.sqlite3"))["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_a_database_address_may_carry_options(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://loop:secret@db:5433/loop?sslmode=require")
    config = env.database("DATABASE_URL", Path("/x"))
    assert (config["HOST"], config["PORT"], config["OPTIONS"]["sslmode"]) == ("db", 5433, "require")


def test_mail_is_written_to_an_absolute_folder(monkeypatch):
    monkeypatch.delenv("EMAIL_URL", raising=False)
    assert env.email("EMAIL_URL", "filemail:///srv/loop/mail") == {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": "/srv/loop/mail",
    }


def test_every_setting_is_in_the_example_file():
    """`.env.example` lists what `settings.py` and `serve` read, each once."""
    sources = [PROJECT / "loop/config/settings.py", PROJECT / "loop/management/commands/serve.py"]
    read = {
        word.split('"')[1]
        for source in sources
        for word in source.read_text().split("env.")[1:]
        if word.partition("(")[2].startswith('"')
    }
    listed = [
        line.removeprefix("#").partition("=")[0]
        for line in (PROJECT / ".env.example").read_text().splitlines()
        if "=" in line and not line.startswith("# ")
    ]
    assert sorted(listed) == sorted(read - {"LOOP_ENV_FILE"})
