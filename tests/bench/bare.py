"""What could the machine do? Views that do nothing but insert, and the WSGI application that serves them beside Loop.

The tables have no index but their key; what they hold is what an answer, its case and a line of its timeline hold.
"""

import json
import os

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loop.config.settings")

TABLES = {
    "bare_answer": "contact INTEGER, score INTEGER, comment TEXT, at TEXT",
    "bare_case": "answer INTEGER, state TEXT, owner INTEGER, due TEXT",
    "bare_event": "case_id INTEGER, kind TEXT, at TEXT, data TEXT",
}


def make_tables() -> None:
    number = "BIGSERIAL PRIMARY KEY" if connection.vendor == "postgresql" else "INTEGER PRIMARY KEY AUTOINCREMENT"
    with connection.cursor() as cursor:
        for name, columns in TABLES.items():
            cursor.execute(f"CREATE TABLE {name} (id {number}, {columns})")


@csrf_exempt
def three_inserts(request: HttpRequest) -> HttpResponse:
    """Read JSON, insert an answer, a case and an event in one transaction."""
    said = json.loads(request.body)
    now = "2026-11-26T12:00:00Z"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare_answer (contact, score, comment, at) VALUES (%s, %s, %s, %s) RETURNING id",
            [1, said["score"], said["comment"], now],
        )
        answer = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO bare_case (answer, state, owner, due) VALUES (%s, %s, %s, %s) RETURNING id",
            [answer, "new", 1, now],
        )
        case = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO bare_event (case_id, kind, at, data) VALUES (%s, %s, %s, %s)", [case, "opened", now, "{}"]
        )
    return JsonResponse({"id": answer, "case": case}, status=201)


@csrf_exempt
def one_insert(request: HttpRequest) -> HttpResponse:
    """Read a form and insert an answer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare_answer (contact, score, comment, at) VALUES (%s, %s, %s, %s)",
            [1, int(request.POST["score"]), request.POST["comment"], "2026-11-26T12:00:00Z"],
        )
    return HttpResponse(status=303, headers={"Location": "/"})


def nothing(request: HttpRequest) -> HttpResponse:
    """Answer without a database."""
    return HttpResponse("<!doctype html><title>Bare</title>")


if os.environ.get("BENCH_SERVES") == "1":
    settings.ROOT_URLCONF = "tests.bench.addresses"
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    from loop.config.wsgi import application  # noqa: F401 - with all that it loads before the server forks
