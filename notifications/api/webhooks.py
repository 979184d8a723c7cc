"""webhooks/: which other systems are told what happens, and what arrived there?"""

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from loop import access, bell
from loop.api.caller import Caller
from loop.api.fields import Choice, Flag, Instant, StrictSerializer, Text, WholeNumber
from loop.api.filters import QueryNumber
from loop.api.idempotency import idempotent
from loop.api.operation import LoopView, operation
from loop.api.pagination import DEFAULT_SIZE, LARGEST_SIZE, Order, page
from notifications import tasks
from notifications.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WhyOff
from notifications.webhooks import endpoints, event_types, outgoing

SCOPE = "manage"  # of a key with the scope `admin`: who adds an address sends facts about customers there
ORDERINGS = {"id": Order("pk", int)}


ENDPOINT = {
    "url": "https://hooks.example.com/loop",
    "name": "Our CRM",
    "event_types": ["case.opened", "case.resolved"],
}


def _example(value: dict[str, Any]) -> list[OpenApiExample]:
    return [OpenApiExample("Request", value=value, request_only=True)]


class EndpointBody(StrictSerializer):
    """A system to tell."""

    url = Text(max_length=1000, help_text="Begins with https:// and is on the public internet.")
    name = Text(max_length=100)
    event_types = serializers.ListField(
        child=Choice([(name, name) for name in event_types.TYPES]), allow_empty=False, max_length=100
    )


class EndpointLine(serializers.Serializer[WebhookEndpoint]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.CharField()
    event_types = serializers.ListField(child=serializers.CharField())
    is_on = serializers.BooleanField()
    why_off = serializers.ChoiceField(WhyOff.choices, allow_blank=True)
    off_since = Instant(allow_null=True)
    failing_since = Instant(allow_null=True, help_text="The first failure after the last success.")
    created_at = Instant()


class EndpointMade(EndpointLine):
    secret = serializers.SerializerMethodField(help_text="Given this once.")

    def get_secret(self, endpoint: WebhookEndpoint) -> str:
        return str(self.context["secret"])


class EndpointSecret(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="Given this once. The one before signs as well for a week.")


class EndpointPage(serializers.Serializer[Any]):
    results = EndpointLine(many=True)


class SwitchBody(StrictSerializer):
    is_on = Flag()


class DeliveryQuery(StrictSerializer):
    state = Choice(DeliveryState.choices, required=False)
    page_size = QueryNumber(min_value=1, max_value=LARGEST_SIZE, required=False, default=DEFAULT_SIZE)
    cursor = serializers.CharField(required=False, max_length=500, help_text="From `next` or `previous`.")


class DeliveryLine(serializers.Serializer[WebhookDelivery]):
    id = serializers.IntegerField()
    webhook_id = serializers.CharField(help_text="What the receiver knows it by, at every repeat.")
    type = serializers.CharField()
    happened_at = Instant()
    state = serializers.ChoiceField(DeliveryState.choices)
    attempts = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text="Of HTTP, at the last attempt.")
    took_ms = serializers.IntegerField(allow_null=True)
    trouble = serializers.CharField()
    send_after = Instant()
    sent_at = Instant(allow_null=True)


class DeliveryPage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = DeliveryLine(many=True)


class ReplayBody(StrictSerializer):
    """Exactly one of the two."""

    delivery = WholeNumber(min_value=1, required=False, help_text="The id of one.")
    since = Instant(required=False, help_text="All that were put into the outbox since then.")


class ReplayAnswer(serializers.Serializer[Any]):
    replayed = serializers.IntegerField()


class WebhooksView(LoopView):
    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="list_webhooks",
        summary="List webhooks",
        answers={200: EndpointPage},
    )
    def get(self, request: Request) -> Response:
        rows = WebhookEndpoint.objects.order_by("pk")
        return Response({"results": EndpointLine(rows, many=True).data})  # type: ignore[arg-type]

    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="create_webhook",
        summary="Tell another system what happens",
        description="Signed after the Standard Webhooks specification, tried again for three days. Ids and facts, no "
        "words of customers. In which order they arrive is not promised, and one may arrive twice: its `webhook-id` "
        "is the same then.",
        request=EndpointBody,
        examples=_example(ENDPOINT),
        answers={201: EndpointMade},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = EndpointBody(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        try:
            made, secret = endpoints.create(
                url=values["url"],
                name=values["name"],
                types=values["event_types"],
                actor=Caller.of(request).person,
                now=timezone.now(),
            )
        except endpoints.EndpointRefused as refused:
            raise ValidationError({refused.field: str(refused)}) from None
        return Response(EndpointMade(made, context={"secret": secret}).data, status=201)


class WebhookView(LoopView):
    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="get_webhook",
        summary="One webhook",
        answers={200: EndpointLine},
        problems=[404],
    )
    def get(self, request: Request, endpoint_id: int) -> Response:
        return Response(EndpointLine(_endpoint(endpoint_id)).data)

    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="change_webhook",
        summary="Another address, name or choice of events",
        request=EndpointBody,
        examples=_example(ENDPOINT),
        answers={200: EndpointLine},
        problems=[404],
    )
    def put(self, request: Request, endpoint_id: int) -> Response:
        found = _endpoint(endpoint_id)
        body = EndpointBody(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        try:
            endpoints.change(found, url=values["url"], name=values["name"], types=values["event_types"])
        except endpoints.EndpointRefused as refused:
            raise ValidationError({refused.field: str(refused)}) from None
        return Response(EndpointLine(_endpoint(endpoint_id)).data)


class WebhookSecretView(LoopView):
    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="renew_webhook_secret",
        summary="A new secret",
        answers={200: EndpointSecret},
        problems=[404],
    )
    @idempotent
    def post(self, request: Request, endpoint_id: int) -> Response:
        return Response({"secret": endpoints.renew_secret(_endpoint(endpoint_id), now=timezone.now())})


class WebhookTestView(LoopView):
    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="test_webhook",
        summary="Send one that says it is a test",
        description="It leaves soon, unless the webhook is off. What became of it stands among the deliveries.",
        answers={202: DeliveryLine},
        problems=[404],
    )
    @idempotent
    def post(self, request: Request, endpoint_id: int) -> Response:
        made = outgoing.tell_test(_endpoint(endpoint_id), now=timezone.now())
        bell.ring(tasks.deliver_webhooks)
        return Response(DeliveryLine(made).data, status=202)


class WebhookSwitchView(LoopView):
    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="switch_webhook",
        summary="Switch it off, or on again",
        description="What waits is kept while it is off; of what happens meanwhile it is not told.",
        request=SwitchBody,
        examples=_example({"is_on": False}),
        answers={200: EndpointLine},
        problems=[404],
    )
    @idempotent
    def post(self, request: Request, endpoint_id: int) -> Response:
        found = _endpoint(endpoint_id)
        body = SwitchBody(data=request.data)
        body.is_valid(raise_exception=True)
        if body.validated_data["is_on"]:
            endpoints.switch_on(found, now=timezone.now())
        else:
            endpoints.switch_off(found, now=timezone.now())
        return Response(EndpointLine(_endpoint(endpoint_id)).data)


class DeliveriesView(LoopView):
    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="list_webhook_deliveries",
        summary="What it was told in the last 30 days",
        description="The newest first. A page at a time; follow `next` until it is null.",
        parameters=[DeliveryQuery],
        answers={200: DeliveryPage},
        problems=[400, 404],
    )
    def get(self, request: Request, endpoint_id: int) -> Response:
        asked = DeliveryQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        found = WebhookDelivery.objects.filter(endpoint=_endpoint(endpoint_id))
        if "state" in asked.validated_data:
            found = found.filter(state=asked.validated_data["state"])
        listed = page(found, "-id", ORDERINGS, asked.validated_data["page_size"], request)
        lines = DeliveryLine(listed.rows, many=True).data  # type: ignore[arg-type]
        return Response({"next": listed.next, "previous": listed.previous, "results": lines})


class WebhookReplayView(LoopView):
    @operation(
        scope=SCOPE,
        people=access.may_manage,
        name="replay_webhook",
        summary="Send again what has arrived or was given up",
        description="One delivery, or all since a time. Each carries the `webhook-id` it had.",
        request=ReplayBody,
        examples=_example({"since": "2026-11-20T08:00:00Z"}),
        answers={202: ReplayAnswer},
        problems=[404],
    )
    @idempotent
    def post(self, request: Request, endpoint_id: int) -> Response:
        found = _endpoint(endpoint_id)
        body = ReplayBody(data=request.data)
        body.is_valid(raise_exception=True)
        one: int | None = body.validated_data.get("delivery")
        since: datetime | None = body.validated_data.get("since")
        if (one is None) == (since is None):
            raise ValidationError({"delivery": "Say which one, or since when, and not both."})
        only: dict[str, Any] = {"pk": one} if since is None else {"created_at__gte": since}
        rows = found.deliveries.filter(**only)
        replayed = outgoing.replay(rows, now=timezone.now())
        bell.ring(tasks.deliver_webhooks)
        return Response({"replayed": replayed}, status=202)


def _endpoint(endpoint_id: int) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint, pk=endpoint_id)
