"""GET, POST events/: other systems tell what happened with a customer, and learn whether they are asked about it."""

from http import HTTPStatus

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from feedback import triggers
from feedback.models import TouchpointEvent
from loop import access
from loop.api.answers import Directory
from loop.api.idempotency import idempotent
from loop.api.operation import LoopView, operation
from loop.api.pagination import page
from loop.api.serializers.events import (
    NEWEST_FIRST,
    ORDERINGS,
    EventBody,
    EventLine,
    EventPage,
    EventQuery,
    EventTaken,
)

NARROWS = {
    "touchpoint": "touchpoint",
    "contact": "contact__external_id",
    "external_id": "external_id",
    "received_after": "received_at__gte",
    "received_before": "received_at__lt",
}


class EventsView(LoopView):
    @operation(
        scope="read",
        people=access.sees_programme,
        name="list_events",
        summary="List the events that were told",
        description="The newest first, each with the invitation it led to or the reason why nobody is asked. A page "
        "at a time; follow `next` until it is null.",
        parameters=[EventQuery],
        answers={200: EventPage},
        problems=[400],
    )
    def get(self, request: Request) -> Response:
        asked = EventQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        query = asked.validated_data
        found = TouchpointEvent.objects.select_related("contact__account", "invitation__survey")
        found = found.filter(**{NARROWS[name]: value for name, value in query.items() if name in NARROWS})
        listed = page(found, NEWEST_FIRST, ORDERINGS, query["page_size"], request)
        lines = EventLine(listed.rows, many=True).data  # type: ignore[arg-type]
        return Response({"next": listed.next, "previous": listed.previous, "results": lines})

    @operation(
        scope="ingest",
        people=access.may_manage,
        name="post_event",
        summary="Tell that something happened with a customer",
        description="The rule for the touchpoint says which survey is sent, and when. `reason` says why none is: "
        "`waits` for the weekly day of the rule, `too_old` after 30 days, or a bar such as `opted_out`, `open_case`, "
        "`mailed_recently` or `answered_recently`. The same `touchpoint` and `external_id` again changes nothing and "
        "is answered with 200.",
        request=EventBody,
        answers={200: EventTaken, 201: EventTaken},
        examples=[
            OpenApiExample(
                "A closed ticket",
                request_only=True,
                value={
                    "touchpoint": "ticket_closed",
                    "contact": "C-2001",
                    "occurred_at": "2026-11-20T14:05:00Z",
                    "external_id": "T-88123",
                },
            )
        ],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = EventBody(data=request.data)
        body.is_valid(raise_exception=True)
        told = body.validated_data
        received = triggers.record_event(
            touchpoint=told["touchpoint"],
            contact=Directory().contact(told["contact"]),
            external_id=told["external_id"],
            occurred_at=told["occurred_at"],
            now=timezone.now(),
        )
        invitation = received.event.invitation
        answer = {
            "id": received.event.pk,
            "invitation": invitation and {"id": invitation.pk, "send_after": invitation.due_at},
            "reason": received.reason,
        }
        return Response(EventTaken(answer).data, status=HTTPStatus.CREATED if received.created else HTTPStatus.OK)
