"""GET reports/behind/{figure}/: the cases, answers, questions, promises or contacts a figure counts."""

from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from loop import sight
from loop.api.caller import Caller
from loop.api.operation import LoopView, operation
from loop.api.pagination import page
from loop.api.serializers.behind import LATEST_FIRST, ORDERINGS, PAGING, BehindAnswer, BehindQuery
from loop.api.views.reports import PARAMETERS
from loop.reporting import filters
from loop.reporting.behind.asked import OWN, About, Asked, NoSuchFigure
from loop.reporting.behind.find import NAMES, behind
from loop.reporting.behind.listed import MOMENTS, SHOWN_WITH, case_numbers


class BehindView(LoopView):
    @operation(
        scope="read",
        name="report_behind",
        summary="What a figure of a report counts",
        description="The same filters as the report, and what tells the figure from others of its name. As many rows "
        "as the figure says, as far as the caller may see them; the latest first, a page at a time.",
        parameters=[
            OpenApiParameter(
                "figure", str, OpenApiParameter.PATH, enum=sorted(NAMES), description="Which figure.",
                examples=[OpenApiExample("Cases contacted in time", value="in_time")],
            ),
            *PARAMETERS,
            BehindQuery,
        ],
        answers={200: BehindAnswer},
        problems=[HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND],
        examples=[
            OpenApiExample(
                "One case",
                response_only=True,
                status_codes=["200"],
                value={
                    "figure": "in_time", "about": "case", "conditions": ["contacted in time"], "count": 1, "unseen": 0,
                    "next": None, "previous": None,
                    "results": [{
                        "id": 17, "at": "2026-11-20T08:12:00Z", "case": 17, "score": 3, "contact": "C-2001",
                        "account": "A-1001",
                    }],
                },
            )
        ],
    )  # fmt: skip
    def get(self, request: Request, figure: str) -> Response:
        reader, now = Caller.of(request).person, timezone.now()
        shared = request.query_params.copy()
        ours = {name: shared.pop(name)[-1] for name in (*OWN, *PAGING) if name in shared}
        chosen = filters.parse(shared, now=now, reader=reader)
        query = BehindQuery(data=ours)
        query.is_valid(raise_exception=True)
        own = {name: query.validated_data[name] for name in OWN if name in query.validated_data}
        with sight.remembering():
            try:
                found = behind(figure, Asked(reader, chosen, now, own))
            except NoSuchFigure:
                raise Http404 from None
            rows = found.rows.select_related(*SHOWN_WITH[found.about])
            listed = page(rows, LATEST_FIRST, ORDERINGS[found.about], query.validated_data["page_size"], request)
            cases = case_numbers(reader, listed.rows, found.about)
            return Response(
                {
                    "figure": figure,
                    "about": found.about.value,
                    "conditions": found.conditions,
                    "count": found.rows.count(),
                    "unseen": found.unseen,
                    "next": listed.next,
                    "previous": listed.previous,
                    "results": [_line(row, found.about, cases.get(row.pk)) for row in listed.rows],
                }
            )


def _line(row: Any, about: About, case: int | None) -> dict[str, Any]:
    of = row.case if about == About.PROMISE else row
    contact = row if about == About.CONTACT else of.contact
    account = of.account if about in (About.CASE, About.PROMISE) else contact.account if contact else None
    answer = row if about == About.ANSWER else getattr(row, "response", None)
    return {
        "id": row.pk,
        "at": getattr(row, MOMENTS[about]) if about in MOMENTS else None,
        "case": case,
        "score": answer.score if answer is not None else None,
        "contact": contact.external_id or "" if contact else "",
        "account": account.external_id if account else "",
    }
