"""GET cases/ and cases/{id}/: what is being followed up, as far as the caller may know of it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from loop.api.caller import Caller
from loop.api.filters import ORDERINGS, CaseQuery, chosen
from loop.api.operation import LoopView, operation
from loop.api.pagination import page
from loop.api.serializers.cases import CaseLine, CaseWhole


class CasePage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = CaseLine(many=True)


class CasesView(LoopView):
    @operation(
        scope="read",
        name="list_cases",
        summary="List cases",
        description="A page at a time; follow `next` until it is null.",
        parameters=[CaseQuery],
        answers={200: CasePage},
        problems=[400],
    )
    def get(self, request: Request) -> Response:
        asked = CaseQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        query = asked.validated_data
        cases = chosen(Caller.of(request).cases(), query, now=timezone.now()).for_display().select_related("policy")
        found = page(cases, query["ordering"], ORDERINGS, query["page_size"], request)
        lines = CaseLine(found.rows, many=True).data  # type: ignore[arg-type]
        return Response({"next": found.next, "previous": found.previous, "results": lines})


class CaseView(LoopView):
    @operation(
        scope="read",
        name="get_case",
        summary="A case and its story",
        answers={200: CaseWhole},
        problems=[404],
    )
    def get(self, request: Request, case_id: int) -> Response:
        case = get_object_or_404(Caller.of(request).cases().for_display().select_related("policy"), pk=case_id)
        return Response(CaseWhole(case).data)
