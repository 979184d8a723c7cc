"""GET, POST exchange-rates/: what was one currency worth in another? Figures of revenue are added up by it."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from loop import access, exchange_rates
from loop.api.caller import Caller
from loop.api.idempotency import idempotent
from loop.api.operation import LoopView, operation
from loop.api.serializers.exchange_rates import ExchangeRateBody, ExchangeRateLine, ExchangeRateList
from loop.models import ExchangeRate

MOST = 1_000


class ExchangeRatesView(LoopView):
    @operation(
        scope="read",
        people=access.may_manage,
        name="list_exchange_rates",
        summary="ExchangeRateList of exchange that were entered",
        description="Of several of the same two currencies the one of the latest day holds. At most a thousand, the "
        "latest first. In the browser administrators may.",
        answers={200: ExchangeRateList},
    )
    def get(self, request: Request) -> Response:
        rows = ExchangeRate.objects.order_by("-on", "currency", "into")[:MOST]
        return Response({"results": ExchangeRateLine(rows, many=True).data})

    @operation(
        scope="manage",
        people=access.may_manage,
        name="create_exchange_rate",
        summary="Enter a rate of exchange",
        description="A rate is added and never changed; there is one a day for the same two currencies.",
        request=ExchangeRateBody,
        answers={201: ExchangeRateLine},
        examples=[
            OpenApiExample(
                "A krone in kronor",
                request_only=True,
                value={
                    "currency": "NOK", "into": "SEK", "rate": "0.9672", "on": "2026-11-27",
                    "source": "Sveriges Riksbank",
                },
            )
        ],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        body = ExchangeRateBody(data=request.data)
        body.is_valid(raise_exception=True)
        made = exchange_rates.add(**body.validated_data, actor=Caller.of(request).person, now=timezone.now())
        return Response(ExchangeRateLine(made).data, status=201)
