"""GET favours/: to what customers have agreed, as far as the caller may know of it."""

from rest_framework.request import Request
from rest_framework.response import Response

from loop import favours
from loop.api.caller import Caller
from loop.api.operation import LoopView, operation
from loop.api.pagination import page
from loop.api.serializers.favours import NEWEST_FIRST, ORDERINGS, FavourLine, FavourPage, FavourQuery
from loop.models import Favour


class FavoursView(LoopView):
    @operation(
        scope="read",
        name="list_favours",
        summary="List what customers agreed to",
        description="References and referrals, the newest first. One with `revoked_at` was taken back: ask again "
        "before each use. A page at a time; follow `next` until it is null.",
        parameters=[FavourQuery],
        answers={200: FavourPage},
        problems=[400],
    )
    def get(self, request: Request) -> Response:
        asked = FavourQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        query, person = asked.validated_data, Caller.of(request).person
        found = favours.visible(person) if person is not None else Favour.objects.all()
        found = found.select_related("contact__account", "thanks__response__survey")
        if "account" in query:
            found = found.filter(contact__account__external_id=query["account"])
        if "kind" in query:
            found = found.filter(kind=query["kind"])
        if "stands" in query:
            found = found.filter(revoked_at__isnull=query["stands"])
        listed = page(found, NEWEST_FIRST, ORDERINGS, query["page_size"], request)
        lines = FavourLine(listed.rows, many=True).data  # type: ignore[arg-type]
        return Response({"next": listed.next, "previous": listed.previous, "results": lines})
