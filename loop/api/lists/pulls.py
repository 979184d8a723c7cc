"""pulls/: which files are fetched by the clock, from where, and what became of each time? Never a token or password."""

from urllib.parse import urlsplit, urlunsplit

from django.db.models import OuterRef, QuerySet, Subquery
from rest_framework import serializers

from loop import access
from loop.api.caller import Caller
from loop.api.fields import Choice, Instant
from loop.api.filters import QueryFlag
from loop.api.listing import Listing, ListQuery
from loop.models import FilePull, FilePullRun, ImportKind, PullOutcome, PullPlace, PullRhythm, PullSignIn

SCOPE = "manage"


class PullQuery(ListQuery):
    kind = Choice(ImportKind.choices, required=False)
    is_active = QueryFlag(required=False)
    failing = QueryFlag(required=False, help_text="Whether the last time brought nothing in.")


class PullLine(serializers.Serializer[FilePull]):
    """A file that is fetched regularly, and what became of it the last time."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(ImportKind.choices)
    survey = serializers.CharField(source="survey.key", allow_null=True, default=None)
    place = serializers.ChoiceField(PullPlace.choices)
    url = serializers.SerializerMethodField()
    path = serializers.CharField(help_text="Of a folder.")
    sign_in = serializers.ChoiceField(
        PullSignIn.choices, allow_blank=True, help_text="By what; never the thing itself."
    )
    rhythm = serializers.ChoiceField(PullRhythm.choices)
    hour = serializers.IntegerField()
    weekday = serializers.IntegerField(help_text="0 is Monday.")
    is_active = serializers.BooleanField()
    set_up_by = serializers.CharField(source="set_up_by.email", help_text="In whose name files come in.")
    due_at = Instant()
    failures = serializers.IntegerField(help_text="Times in a row that brought nothing in.")
    failing_since = Instant(allow_null=True)
    last_at = Instant(allow_null=True)
    last_outcome = serializers.ChoiceField(PullOutcome.choices, allow_null=True)
    version = serializers.IntegerField()

    def get_url(self, pull: FilePull) -> str:
        """Without what follows the question mark: links of storages carry their key there."""
        parts = urlsplit(pull.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _pulls(_caller: Caller) -> QuerySet[FilePull]:
    last = FilePullRun.objects.filter(pull=OuterRef("pk")).order_by("-at", "-pk")
    return FilePull.objects.select_related("survey", "set_up_by").annotate(
        last_at=Subquery(last.values("at")[:1]), last_outcome=Subquery(last.values("outcome")[:1])
    )


PULLS = Listing(
    address="pulls",
    one="pull",
    many="pulls",
    summary="List files that are fetched regularly",
    rows=_pulls,
    line=PullLine,
    people=access.may_manage,
    scope=SCOPE,
    query=PullQuery,
    narrows={
        "kind": "kind",
        "is_active": "is_active",
        "failing": lambda rows, failing: rows.filter(failing_since__isnull=not failing),
    },
    example={
        "id": 2,
        "name": "Customers of the CRM",
        "kind": "customers",
        "survey": None,
        "place": "address",
        "url": "https://files.example.com/customers.csv",
        "path": "",
        "sign_in": "token",
        "rhythm": "daily",
        "hour": 6,
        "weekday": 0,
        "is_active": True,
        "set_up_by": "ada@example.com",
        "due_at": "2026-11-20T05:00:00Z",
        "failures": 0,
        "failing_since": None,
        "last_at": "2026-11-19T05:00:00Z",
        "last_outcome": "imported",
        "version": 1,
    },
)


class RunLine(serializers.Serializer[FilePullRun]):
    """One time a file was fetched."""

    id = serializers.IntegerField()
    at = Instant()
    asked_by = serializers.CharField(
        source="asked_by.email", allow_null=True, default=None, help_text="null: the clock."
    )
    outcome = serializers.ChoiceField(PullOutcome.choices)
    filename = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    file_import = serializers.IntegerField(source="file_import_id", allow_null=True, help_text="The import it became.")
    problem = serializers.CharField()
    ended_at = Instant(allow_null=True)


PULL_RUNS = Listing(
    address="pulls/<int:pull_id>/runs",
    one="pull_run",
    many="pull_runs",
    summary="List the times a file was fetched",
    rows=lambda _caller, pull: FilePullRun.objects.filter(pull=pull).select_related("asked_by"),
    line=RunLine,
    alone=False,
    people=access.may_manage,
    scope=SCOPE,
    within=PULLS,
    example={
        "id": 31,
        "at": "2026-11-19T05:00:00Z",
        "asked_by": None,
        "outcome": "imported",
        "filename": "customers.csv",
        "size": 20480,
        "file_import": 14,
        "problem": "",
        "ended_at": "2026-11-19T05:00:12Z",
    },
)
