"""What is a list of the API: whose rows, narrowed by what, written how? One description each; two views serve them all.

A description says it once for the page of the list, for one of its rows and for the OpenAPI document. Whatever is asked
for, the rows come out of what the caller may see, so that what is out of sight cannot be found by a filter either.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from loop.api.caller import Caller
from loop.api.fields import StrictSerializer
from loop.api.filters import QueryNumber
from loop.api.operation import LoopView, operation
from loop.api.pagination import DEFAULT_SIZE, LARGEST_SIZE, Order, page
from loop.api.permissions import everybody
from loop.models import User

Rows = QuerySet[Any]
Narrow = str | Callable[[Rows, Any], Rows]

Handler = Callable[..., Response]

FOLLOW = "A page at a time; follow `next` until it is null."
ORDERS = {"id": Order("pk", int)}


class ListQuery(StrictSerializer):
    """What every list takes in its address; its own filters are added by a class of its own."""

    page_size = QueryNumber(min_value=1, max_value=LARGEST_SIZE, required=False, default=DEFAULT_SIZE)
    cursor = serializers.CharField(required=False, max_length=500, help_text="From `next` or `previous`.")


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One list, and how one of its rows is read.

    Args:
        address: below /api/v1/; that of a list inside a thing names the thing, as `waves/<int:wave_id>/members`.
        one: what one row is called, such as `wave` or `wave_member`.
        many: what several are called.
        summary: what the list holds, in a line.
        rows: those a caller may see; of a list inside a thing, of that thing.
        line: how a row is written.
        whole: how a row is written when it is asked for alone; None: as in the list.
        alone: whether a row can be asked for alone.
        place: how an address names one row, as Django's routes write it.
        key: the field the address names it by.
        query: the filters.
        narrows: by name of a filter, what it does to the rows: a lookup, or a function.
        read: makes what is written of the rows of one page, where that is more than the rows.
        people: who may call it in the browser.
        scope: what a key needs.
        example: a row as it is written, for the OpenAPI document.
        besides: what the whole of a row has beside the fields of a line, in the example.
    """

    address: str
    one: str
    many: str
    summary: str
    rows: Callable[..., Rows]
    line: type[serializers.Serializer[Any]]
    example: Mapping[str, Any]
    description: str = ""
    whole: type[serializers.Serializer[Any]] | None = None
    whole_description: str = ""
    besides: Mapping[str, Any] = field(default_factory=dict)
    alone: bool = True
    place: str = ""
    key: str = "pk"
    query: type[ListQuery] = ListQuery
    narrows: Mapping[str, Narrow] = field(default_factory=dict)
    read: Callable[[Sequence[Any]], Iterable[Any]] = list
    people: Callable[[User], bool] = everybody
    scope: str = "read"
    order: str = "-id"
    within: "Listing | None" = None

    @property
    def route_of_one(self) -> str:
        return f"{self.address}/{self.place or f'<int:{self.one}_id>'}/"

    @property
    def argument(self) -> str:
        """The name of the part of an address that names one row."""
        found = re.fullmatch(r"<\w+:(\w+)>", self.place or f"<int:{self.one}_id>")
        if found is None:
            raise ValueError(self.place)
        return found[1]

    @staticmethod
    def name_of(word: str) -> str:
        """What the address of it is called among those of the site."""
        return f"api-{word.replace('_', '-')}"

    def in_sight(self, caller: Caller, named: Mapping[str, Any]) -> Rows:
        """The rows of this list that the caller may see, at the address with these parts. Raises Http404."""
        if self.within is None:
            return self.rows(caller)
        return self.rows(caller, self.within.found(caller, named))

    def found(self, caller: Caller, named: Mapping[str, Any]) -> Any:
        """The row the address names. Raises Http404, as for what there is not, also for what is out of sight."""
        name = named[self.argument]
        if isinstance(name, str) and "\x00" in name:
            raise Http404
        row = self.in_sight(caller, named).filter(**{self.key: name}).first()
        if row is None:
            raise Http404
        return row


def handler_of_page(listing: Listing) -> Handler:
    """What answers `GET` of a page of the list."""

    @operation(
        scope=listing.scope,
        people=listing.people,
        name=f"list_{listing.many}",
        summary=listing.summary,
        description=" ".join(filter(None, (listing.description, FOLLOW))),
        parameters=[listing.query],
        answers={200: _page_of(listing.line)},
        problems=[400, *([404] if listing.within else [])],
        examples=_example({"next": None, "previous": None, "results": [listing.example]}),
    )
    def get(_view: LoopView, request: Request, **named: Any) -> Response:
        caller = Caller.of(request)
        asked = listing.query(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        rows = listing.in_sight(caller, named)
        for name, narrow in listing.narrows.items():
            if name in asked.validated_data:
                value = asked.validated_data[name]
                rows = rows.filter(**{narrow: value}) if isinstance(narrow, str) else narrow(rows, value)
        found = page(rows, listing.order, ORDERS, asked.validated_data["page_size"], request)
        lines: Any = listing.line(listing.read(found.rows), many=True, context={"caller": caller})
        return Response({"next": found.next, "previous": found.previous, "results": lines.data})

    return get


def handler_of_one(listing: Listing) -> Handler:
    """What answers `GET` of one row of the list."""
    whole = listing.whole or listing.line

    @operation(
        scope=listing.scope,
        people=listing.people,
        name=f"get_{listing.one}",
        summary=f"One {listing.one.replace('_', ' ')}",
        description=listing.whole_description or listing.description,
        answers={200: whole},
        problems=[404],
        examples=_example({**listing.example, **listing.besides}),
    )
    def get(_view: LoopView, request: Request, **named: Any) -> Response:
        caller = Caller.of(request)
        (read,) = listing.read([listing.found(caller, named)])
        return Response(whole(read, context={"caller": caller}).data)

    return get


def list_view(listing: Listing) -> type[LoopView]:
    return _view(listing.many, handler_of_page(listing))


def one_view(listing: Listing) -> type[LoopView]:
    return _view(listing.one, handler_of_one(listing))


def _view(name: str, get: Handler) -> type[LoopView]:
    title = "".join(part.capitalize() for part in name.split("_"))
    return type(f"{title}View", (LoopView,), {"get": get, "__module__": __name__})


def addresses(listings: Iterable[Listing]) -> list[URLPattern]:
    """The routes of lists that nothing else answers at."""
    routes = []
    for listing in listings:
        routes.append(path(f"{listing.address}/", list_view(listing).as_view(), name=listing.name_of(listing.many)))
        if listing.alone:
            view = one_view(listing).as_view()
            routes.append(path(listing.route_of_one, view, name=listing.name_of(listing.one)))
    return routes


def _example(value: Mapping[str, Any]) -> list[OpenApiExample]:
    return [OpenApiExample("Answer", value=dict(value), response_only=True, status_codes=["200"])]


def _page_of(line: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    fields = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": line(many=True),
    }
    return type(f"{line.__name__.removesuffix('Line')}ListPage", (serializers.Serializer,), fields)
