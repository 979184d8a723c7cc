"""POST responses/ and responses/bulk/: other systems hand in what customers answered; GET lists what was."""

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.responses import Recorded
from loop import access
from loop.api.answers import Directory, take, told
from loop.api.bulk import taken_together
from loop.api.idempotency import idempotent
from loop.api.listing import handler_of_page
from loop.api.lists.answers import RESPONSES
from loop.api.operation import LoopView, operation
from loop.api.problems import BODY
from loop.api.serializers.responses import (
    MOST_AT_ONCE,
    AnswerBody,
    AnswerOutcomes,
    AnswersBody,
    AnswerTaken,
)

EXAMPLE = {
    "contact": "C-2001",
    "score": 3,
    "comment": "The invoice was wrong twice.",
    "source": "survey-tool",
    "external_id": "9f31",
}


class ResponsesView(LoopView):
    get = handler_of_page(RESPONSES)

    @operation(
        scope="ingest",
        people=access.may_manage,
        name="post_response",
        summary="Hand in one answer",
        description="A detractor's answer opens its case in the same transaction. The same `source` and `external_id` "
        "again changes nothing and is answered with 200 and the answer that stands.",
        request=AnswerBody,
        answers={200: AnswerTaken, 201: AnswerTaken},
        examples=[OpenApiExample("A detractor", value=EXAMPLE, request_only=True)],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = AnswerBody(data=request.data)
        body.is_valid(raise_exception=True)
        recorded = take(body.validated_data, Directory(), now=timezone.now())
        answer = told([recorded])[recorded.response.pk]
        return Response(AnswerTaken(answer).data, status=_status(recorded))


class BulkResponsesView(LoopView):
    @operation(
        scope="ingest",
        people=access.may_manage,
        name="post_responses",
        summary="Hand in up to 1,000 answers",
        description='As a list, or as `{"responses": [...]}`. Each is taken or refused by itself; what is taken is '
        "stored together when all have been looked at. The results stand in the order of the answers.",
        request=PolymorphicProxySerializer(
            "Answers", [AnswerBody(many=True), AnswersBody], resource_type_field_name=None, many=False
        ),
        answers={200: AnswerOutcomes},
        examples=[
            OpenApiExample(
                "Two answers", value=[EXAMPLE, {**EXAMPLE, "external_id": "9f32", "score": 9}], request_only=True
            )
        ],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        items = _items(request.data)
        directory = Directory()
        directory.learn_contacts(_contact_ids(items))
        with transaction.atomic():
            taken = taken_together(items, directory, now=timezone.now())
            said = told(outcome for outcome in taken if isinstance(outcome, Recorded))
        results = [
            {"status": _status(outcome), **said[outcome.response.pk]} if isinstance(outcome, Recorded) else outcome
            for outcome in taken
        ]
        return Response({"results": results})


def _items(data: Any) -> list[Any]:
    if isinstance(data, dict) and set(data) == {"responses"}:
        data = data["responses"]
    if not isinstance(data, list):
        raise ValidationError({BODY: ['This must be a list of answers, or {"responses": [...]}.']})
    if len(data) > MOST_AT_ONCE:
        raise ValidationError({BODY: [f"At most {MOST_AT_ONCE} answers are taken at once; these are {len(data)}."]})
    return data


def _contact_ids(items: list[Any]) -> set[str]:
    """The external ids the answers name, as far as they are worth a look-up."""
    named = (item.get("contact") for item in items if isinstance(item, dict))
    return {name for name in named if isinstance(name, str) and name.isprintable()}


def _status(recorded: Recorded) -> HTTPStatus:
    return HTTPStatus.CREATED if recorded.created else HTTPStatus.OK
