"""POST events/: other systems tell what happened with a customer, and learn whether they are asked about it."""

from http import HTTPStatus

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from feedback import triggers
from loop import access
from loop.api.answers import Directory
from loop.api.idempotency import idempotent
from loop.api.operation import LoopView, operation
from loop.api.serializers.events import EventBody, EventTaken


class EventsView(LoopView):
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
