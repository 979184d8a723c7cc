"""me/report-subscriptions/: which reports come to somebody by mail, and what do they want instead?

Through the door of the page: what is asked for here stands on it, and comes as of what its reader may see then.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.reporting import By
from loop.api.caller import Caller
from loop.api.fields import Choice, Instant, StrictSerializer, Text, WholeNumber
from loop.api.filters import QueryFlag
from loop.api.idempotency import idempotent
from loop.api.listing import Listing, ListQuery, handler_of_one, handler_of_page
from loop.api.operation import LoopView, operation
from loop.api.problems import problem
from loop.models import User
from loop.report_pages import catalogue
from loop.reporting import filters as report_filters
from loop.reporting.filters import FiltersRefused, ReportFilters
from notifications import reason_words, subscriptions
from notifications.models import Every, ReportSubscription
from notifications.subscriptions import ComesAlready, HasEnded

SCOPE = "write"
MOST_DAYS = 3660  # ten years
NARROWING = tuple(name for name in report_filters.NAMES if name not in ("from", "to"))


class SubscriptionFilters(StrictSerializer):
    """As in the address of a report; what is left out or empty does not narrow."""

    kind = Text(max_length=200, required=False, allow_blank=True)
    survey = Text(max_length=200, required=False, allow_blank=True, help_text="The key of a survey.")
    touchpoint = Text(max_length=200, required=False, allow_blank=True)
    segment = Text(max_length=200, required=False, allow_blank=True)
    country = Text(max_length=200, required=False, allow_blank=True, help_text="Two letters.")
    account = Text(max_length=200, required=False, allow_blank=True, help_text="The external id of an account.")
    team = Text(max_length=200, required=False, allow_blank=True, help_text="The name of a team.")
    by = Text(max_length=200, required=False, allow_blank=True, help_text=f"One of {', '.join(By)}.")


class SubscriptionBody(StrictSerializer):
    report = Choice([(one.name, one.name) for one in subscriptions.OFFERED])
    every = Choice(Every.choices)
    days = WholeNumber(
        min_value=0,
        max_value=MOST_DAYS,
        required=False,
        default=0,
        help_text="So many days up to the day before the mail; 0: the usual twelve months.",
    )
    filters = SubscriptionFilters(required=False)


class SubscriptionQuery(ListQuery):
    report = Choice([(one.name, one.name) for one in subscriptions.OFFERED], required=False)
    is_running = QueryFlag(required=False)


class SubscriptionLine(serializers.Serializer[ReportSubscription]):
    """A report that comes by mail, or did."""

    id = serializers.IntegerField()
    report = serializers.CharField()
    every = serializers.ChoiceField(Every.choices)
    days = serializers.IntegerField(help_text="Up to the day before the mail; 0: the usual twelve months.")
    filters = serializers.SerializerMethodField()
    created_at = Instant()
    stopped_at = Instant(allow_null=True)
    stop_reason = serializers.CharField(help_text="Why it stopped by itself; empty where its reader stopped it.")

    @extend_schema_field(SubscriptionFilters)
    def get_filters(self, one: ReportSubscription) -> dict[str, str]:
        told = QueryDict(one.query)
        return {name: str(told.get(name, "")) for name in NARROWING}


class Wish(NamedTuple):
    report: str
    filters: ReportFilters
    every: str


def _mine(caller: Caller) -> QuerySet[ReportSubscription]:
    return ReportSubscription.objects.none() if caller.person is None else subscriptions.of(caller.person)


REPORT_SUBSCRIPTIONS = Listing(
    address="me/report-subscriptions",
    one="report_subscription",
    many="report_subscriptions",
    summary="List the reports you get by mail",
    description="Those that have stopped stay, with the reason. Nobody's but their reader's: a key has none.",
    rows=_mine,
    line=SubscriptionLine,
    place="<int:subscription_id>",
    query=SubscriptionQuery,
    narrows={
        "report": "report",
        "is_running": lambda rows, is_running: rows.filter(stopped_at__isnull=is_running),
    },
    example={
        "id": 5,
        "report": "nps",
        "every": "week",
        "days": 28,
        "filters": {
            "kind": "",
            "survey": "relational",
            "touchpoint": "",
            "segment": "retail",
            "country": "",
            "account": "",
            "team": "North",
            "by": "week",
        },
        "created_at": "2026-11-19T08:12:00Z",
        "stopped_at": None,
        "stop_reason": "",
    },
)
EXAMPLES = [
    OpenApiExample(
        "Every Monday, of four weeks",
        value={"report": "nps", "every": "week", "days": 28, "filters": {"segment": "retail", "by": "week"}},
        request_only=True,
    ),
    OpenApiExample("Answer", value=dict(REPORT_SUBSCRIPTIONS.example), response_only=True),
]
WHEN_IT_COMES = "It comes in the morning of the first working day, about what its reader may see then."


class ReportSubscriptionsView(LoopView):
    get = handler_of_page(REPORT_SUBSCRIPTIONS)

    @operation(
        scope=SCOPE,
        name="create_report_subscription",
        summary="Have a report sent to you by mail",
        description=f"{WHEN_IT_COMES} Wanted twice it comes once: the answer is the one that stands. A key reads no "
        "mail: 400.",
        request=SubscriptionBody,
        answers={201: SubscriptionLine},
        examples=EXAMPLES,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        reader = Caller.of(request).person
        wish = _wish(request, reader)
        if reader is None:
            raise ValidationError({"body": _("A key reads no mail: subscribe in the browser, as who reads it.")})
        made = subscriptions.subscribe(reader, *wish, now=timezone.now())
        return Response(SubscriptionLine(made).data, status=201)


class ReportSubscriptionView(LoopView):
    get = handler_of_one(REPORT_SUBSCRIPTIONS)

    @operation(
        scope=SCOPE,
        name="put_report_subscription",
        summary="Have something else sent, or in another rhythm",
        description="What is left out is as for a new one. 409 where it has stopped, or another one brings just that.",
        request=SubscriptionBody,
        answers={200: SubscriptionLine},
        problems=[404, 409],
        examples=EXAMPLES,
    )
    def put(self, request: Request, subscription_id: int) -> Response:
        caller = Caller.of(request)
        one = get_object_or_404(_mine(caller), pk=subscription_id)
        wish = _wish(request, caller.person)
        try:
            changed = subscriptions.change(one, *wish, now=timezone.now())
        except HasEnded:
            return problem(HTTPStatus.CONFLICT, _("It comes no more; subscribe anew."), kind="step-not-allowed")
        except ComesAlready:
            return problem(HTTPStatus.CONFLICT, _("Another subscription of yours brings just that."), kind="duplicate")
        return Response(SubscriptionLine(changed).data)

    @operation(
        scope=SCOPE,
        name="delete_report_subscription",
        summary="Have a report sent no more",
        description="It stays in the list, stopped. Stopping it again changes nothing.",
        answers={204: None},
        problems=[404],
    )
    def delete(self, request: Request, subscription_id: int) -> Response:
        subscriptions.stop(get_object_or_404(_mine(Caller.of(request)), pk=subscription_id), now=timezone.now())
        return Response(status=204)


def _wish(request: Request, reader: User | None) -> Wish:
    """What a body asks for. Raises ValidationError, which names what is not acceptable."""
    body = SubscriptionBody(data=request.data)
    body.is_valid(raise_exception=True)
    values: dict[str, Any] = body.validated_data
    said = {name: value for name, value in values.get("filters", {}).items() if value}
    narrowed = [*said, *(["days"] if values["days"] else [])]
    if narrowed and not catalogue.BY_NAME[values["report"]].has_filters:
        raise ValidationError({_named(name): _("This report is not narrowed by anything.") for name in narrowed})
    now, query = timezone.now(), QueryDict(mutable=True)
    query.update(said)
    if values["days"]:
        first = report_filters.parse(QueryDict(), now=now).last - timedelta(days=values["days"] - 1)
        query["from"] = first.isoformat()
    try:
        filters = report_filters.parse(query, now=now, reader=reader)
    except FiltersRefused as refused:
        raise ValidationError({_named(name): told for name, told in refused.errors.items()}) from None
    if reader is not None and (lost := subscriptions.lost_by(reader, filters)):
        raise ValidationError({"filters.team": reason_words.in_words(lost)})
    return Wish(values["report"], filters, values["every"])


def _named(name: str) -> str:
    """Where in the body a parameter of a report stands."""
    return "days" if name in ("days", "from", "to") else f"filters.{name}"
