"""How do answers leave, so that `import_responses` reads back every one of them as it was?"""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Case as Choose
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce

from feedback.importing import own_files
from feedback.models import Response, ResponseRevision
from loop import access
from loop.exports.as_text import Utc, yes
from loop.exports.blocks import blocks
from loop.models import Case, User

HEAD = own_files.ANSWERS
_REVISIONS = HEAD.index("revisions")
#: What is kept from whoever a case is kept from: also that the customer asks for somebody else than them.
_SAID = frozenset({"comment", "wants_callback", "wants_someone_else", "phone", "respondent_name", "respondent_email"})


def rows(answers: QuerySet[Response], reader: User | None) -> Iterator[tuple[Any, ...]]:
    """A row for each answer, in the order of `answers`.

    Args:
        reader: who reads it: what an answer that has a case says beside the score, and wishes, is for those who see
            the case. None is the command line, which sees all.
    """
    revised = ResponseRevision.objects.filter(response=OuterRef("pk"))
    told = answers.annotate(corrected=Exists(revised)).values_list("pk", *_values(reader), "corrected")
    for several in blocks(told):
        corrected = [row[0] for row in several if row[-1]]
        if not corrected:
            yield from [(*row[1:-1], "") for row in several]
            continue
        revisions = _revisions(corrected, reader)
        for row in several:
            yield (*row[1:-1], revisions.get(row[0], "") if row[-1] else "")


def _values(reader: User | None) -> list[Any]:
    if reader is None or access.sees_programme(reader):
        return list(_VALUES)
    hidden = Exists(Case.objects.filter(response=OuterRef("pk"))) & ~Exists(
        access.visible_cases(reader).order_by().filter(response=OuterRef("pk"))
    )

    def unless_hidden(value: Any) -> Any:
        said = F(value) if isinstance(value, str) else value
        return Choose(When(hidden, then=Value("")), default=said, output_field=TextField())

    return [unless_hidden(value) if column in _SAID else value for column, value in zip(HEAD, _VALUES, strict=False)]


def _text(path: str) -> Coalesce:
    return Coalesce(path, Value(""), output_field=CharField())


# By the columns of the file, without the last: what an answer said before is read apart, since few were corrected.
_VALUES: tuple[Any, ...] = (
    "survey__key", "score", "category", "comment", Utc("responded_at"), "language", _text("contact__external_id"),
    _text("contact__email"), _text("contact__name"), _text("contact__account__external_id"),
    _text("contact__account__name"), "source", "external_id", yes("wants_callback"), yes("wants_someone_else"),
    "phone", "respondent_name", "respondent_email", yes("by_person"), yes("is_late"), Utc("revised_at"),
)  # fmt: skip


def _revisions(numbers: list[int], reader: User | None) -> dict[int, str]:
    """What these answers said before they were corrected, as JSON; for whoever sees all words alone."""
    if not numbers or not (reader is None or access.sees_programme(reader)):
        return {}
    found: dict[int, list[dict[str, Any]]] = {}
    for row in ResponseRevision.objects.filter(response__in=numbers).order_by("pk"):
        found.setdefault(row.response_id, []).append(
            {
                "score": row.score,
                "comment": row.comment,
                "wants_callback": row.wants_callback,
                "phone": row.phone,
                "by_person": row.by_person,
                "stood_from": row.stood_from.isoformat(),
                "replaced_at": row.replaced_at.isoformat(),
            }
        )
    return {number: json.dumps(told, ensure_ascii=False) for number, told in found.items()}
