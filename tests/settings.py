"""Which settings do the tests run with? The product's own, in a folder of this process, whatever the machine has set.

Only `DATABASE_URL` and `REDIS_URL` are taken from outside: they choose between the two halves of `make test`.
"""

import atexit
import os
import shutil
import tempfile
from urllib.parse import urlsplit

_home = tempfile.mkdtemp(prefix="loop-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)

for _name in (
    "ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "BOUNCE_ADDRESS", "BOUNCE_MAILBOX_URL", "INBOUND_PROVIDER",
    "PORT", "SECRET_KEY_FALLBACKS", "LOG_LEVEL",
):  # fmt: skip
    os.environ.pop(_name, None)
if os.environ.get("REDIS_URL"):
    # Each process of pytest-xdist has a database of its own, from the last one downwards: `broker` empties it.
    _worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{15 - _worker}").geturl()
os.environ.update(
    LOOP_ENV_FILE=os.devnull,
    LOOP_HOME=_home,
    DEBUG="0",
    SECRET_KEY="a key for the tests alone, of more than fifty characters",
    BASE_URL="http://testserver",
    TIME_ZONE="Europe/Stockholm",
    LANGUAGE_CODE="en",
    STAFF_HOURS="0-24",  # tests act at any hour; those about quiet hours set their own
)

from loop.config.settings import *  # noqa: E402, F403
from loop.config.settings import DATABASES, INSTALLED_APPS, LOOP_HOME, STORAGES  # noqa: E402

# Commands and checks for those who write migrations; `make migrations` and `make check` use them.
INSTALLED_APPS += ["django_linear_migrations", "django_migration_linter"]
ERASED_LIST = None  # type: ignore[assignment]  # rows have the same numbers in every test; those about the list have a file of their own
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and processes then meet at the same locks as in real life.
    DATABASES["default"]["TEST"] = {"NAME": str(LOOP_HOME / "test.sqlite3")}
else:
    # A pool would hold connections to the test database when it is to be dropped.
    DATABASES["default"]["OPTIONS"].pop("pool")
