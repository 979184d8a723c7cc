"""What is a thing of the API of which there is one, such as the rules of asking? One view serves them all."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from loop.api.caller import Caller
from loop.api.operation import LoopView, operation
from loop.api.permissions import everybody
from loop.models import User


@dataclass(frozen=True, kw_only=True)
class Single:
    """One thing, read alone. The arguments are as of `loop.api.listing.Listing`; `read` says what is written."""

    address: str
    name: str
    summary: str
    read: Callable[[Caller], Any]
    answer: type[serializers.Serializer[Any]]
    example: Mapping[str, Any]
    description: str = ""
    people: Callable[[User], bool] = everybody
    scope: str | None = "read"


def single_view(single: Single) -> type[LoopView]:
    @operation(
        scope=single.scope,
        people=single.people,
        name=f"get_{single.name}",
        summary=single.summary,
        description=single.description,
        answers={200: single.answer},
        examples=[
            OpenApiExample("Answer", value=dict(single.example), response_only=True, status_codes=["200"]),
        ],
    )
    def get(_view: LoopView, request: Request) -> Response:
        return Response(single.answer(single.read(Caller.of(request))).data)

    return type("SingleView", (LoopView,), {"get": get, "__module__": __name__})


def addresses(singles: Iterable[Single]) -> list[URLPattern]:
    return [
        path(f"{one.address}/", single_view(one).as_view(), name=f"api-{one.name.replace('_', '-')}") for one in singles
    ]
