"""imports/: which files were brought in, how far is each, and which rows were refused for which reason?"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from loop import access
from loop.api.fields import Choice, Instant, Text
from loop.api.listing import Listing, ListQuery
from loop.api.serializers.imports import ImportReading
from loop.import_forms import ImportChoicesForm
from loop.imports import files, steps
from loop.models import FileImport, ImportKind, ImportState

SCOPE = "manage"


class ImportQuery(ListQuery):
    kind = Choice(ImportKind.choices, required=False)
    state = Choice(ImportState.choices, required=False)
    survey = Text(max_length=50, required=False, help_text="The key of a survey.")


class ImportReason(serializers.Serializer[Any]):
    """So many rows with the same fault, and the lines of the first of them."""

    kind = serializers.CharField(help_text="error: the row was not stored; remark: something of it was left out.")
    column = serializers.CharField()
    reason = serializers.CharField()
    count = serializers.IntegerField()
    lines = serializers.ListField(child=serializers.IntegerField())


class ImportLine(serializers.Serializer[FileImport]):
    """A file, how far it is, and what became of its rows."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ImportKind.choices)
    state = serializers.ChoiceField(ImportState.choices)
    version = serializers.IntegerField()
    filename = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    digest = serializers.CharField(help_text="SHA-256 of the file.")
    survey = serializers.CharField(source="survey.key", allow_null=True, default=None)
    uploaded_by = serializers.CharField(source="uploaded_by.email")
    uploaded_at = Instant()
    rows = serializers.IntegerField(allow_null=True, help_text="Below the header; null while it is not known.")
    position = serializers.IntegerField(help_text="Rows that are through.")
    counts = serializers.SerializerMethodField()
    problem = serializers.CharField(help_text="Why it failed.")
    finished_at = Instant(allow_null=True)

    def get_counts(self, one: FileImport) -> dict[str, int]:
        """What became of its rows; before it is started, what would."""
        return {name: n for name, n in _told(one).items() if isinstance(n, int)}


class ImportEvent(serializers.Serializer[Any]):
    state = serializers.ChoiceField(ImportState.choices)
    at = Instant()
    actor = serializers.CharField(source="actor.email", allow_null=True, default=None)
    via = serializers.CharField(help_text="Which key did it; without one and without an actor Loop itself.")
    reason = serializers.CharField()


class ImportWhole(ImportLine):
    """A file with how it is read, the reasons why rows were refused, and its story."""

    reading = serializers.SerializerMethodField()
    reasons = serializers.SerializerMethodField()
    story = serializers.SerializerMethodField()

    @extend_schema_field(ImportReading(allow_null=True))
    def get_reading(self, one: FileImport) -> dict[str, Any] | None:
        """How it is read as long as that can be corrected; null before and after."""
        if one.state != ImportState.CHECKED:
            return None
        names = files.seen(one).get("columns", [])
        said = ImportChoicesForm(one=one, columns=names).initial
        lines = ImportReading(
            {
                "column_names": names,
                "columns": one.choices.get("columns") or one.found.get("columns", {}),
                "encoding": one.found.get("encoding"),
                "delimiter": one.found.get("delimiter"),
                "dates": said.get("dates") or one.found.get("dates"),
                **{name: said.get(name) for name in ("zone", "follow_up", "all_or_nothing")},
                "cannot_start": steps.cannot_start(one),
            }
        )
        return dict(lines.data)

    def get_reasons(self, one: FileImport) -> list[dict[str, Any]]:
        where = one.found if one.state == ImportState.CHECKED else one.counts
        lines: Any = ImportReason(where.get("reasons", []), many=True)
        return list(lines.data)

    def get_story(self, one: FileImport) -> list[dict[str, Any]]:
        lines: Any = ImportEvent(one.events.select_related("actor").order_by("at", "pk"), many=True)
        return list(lines.data)


def _told(one: FileImport) -> dict[str, Any]:
    found: dict[str, Any] = one.found.get("counts", {}) if one.state == ImportState.CHECKED else one.counts
    return found


IMPORTS = Listing(
    address="imports",
    one="import",
    many="imports",
    summary="List imported files",
    description="The newest first.",
    rows=lambda _caller: FileImport.objects.select_related("uploaded_by", "survey"),
    line=ImportLine,
    whole=ImportWhole,
    whole_description="With how it is read while it waits for a word, why rows were refused, and its story.",
    people=access.may_manage,
    scope=SCOPE,
    query=ImportQuery,
    narrows={"kind": "kind", "state": "state", "survey": "survey__key"},
    example={
        "id": 14,
        "kind": "answers",
        "state": "done",
        "version": 3,
        "filename": "answers.csv",
        "size": 20480,
        "digest": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
        "survey": "relational",
        "uploaded_by": "ada@example.com",
        "uploaded_at": "2026-11-19T08:12:00Z",
        "rows": 200,
        "position": 200,
        "counts": {"read": 200, "accepted": 198, "rejected": 2},
        "problem": "",
        "finished_at": "2026-11-19T08:13:00Z",
    },
    besides={
        "reading": {
            "column_names": ["Score", "Comment", "E-mail"],
            "columns": {"score": 1, "comment": 2, "email": 3},
            "encoding": "utf-8",
            "delimiter": ";",
            "dates": "day-first",
            "zone": "Europe/Stockholm",
            "follow_up": "new",
            "all_or_nothing": False,
            "cannot_start": "",
        },
        "reasons": [
            {"kind": "error", "column": "score", "reason": "off the scale", "count": 2, "lines": [17, 80]},
        ],
        "story": [{"state": "done", "at": "2026-11-19T08:13:00Z", "actor": None, "via": "", "reason": ""}],
    },
)
