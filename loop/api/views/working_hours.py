"""people/<email>/working-hours/: when does somebody work, if not as the office does?"""

from zoneinfo import ZoneInfo

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from loop import access, deadlines, working_weeks
from loop.api.caller import Caller
from loop.api.operation import LoopView, operation
from loop.api.serializers.working_hours import HoursBody, HoursShown
from loop.changes import ChangeRefused
from loop.models import User


class WorkingHoursView(LoopView):
    @operation(
        scope="read",
        name="get_working_hours",
        summary="When somebody works",
        description="A person reads their own and those of their people.",
        answers={200: HoursShown},
        problems=[404],
    )
    def get(self, request: Request, email: str) -> Response:
        return _shown(_person(Caller.of(request), email))

    @operation(
        scope="write",
        name="put_working_hours",
        summary="Set when somebody works",
        description="Customers book calls within these hours. Agreed calls that lie outside stand, and are told.",
        request=HoursBody,
        answers={200: HoursShown},
        problems=[404],
        examples=[OpenApiExample("Mornings", value={"week": {"0": ["08:00-12:00"]}}, request_only=True)],
    )
    def put(self, request: Request, email: str) -> Response:
        caller = Caller.of(request)
        person = _person(caller, email)
        body = HoursBody(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            person = working_weeks.change(person, body.validated_data["week"], actor=caller.person, now=timezone.now())
        except ChangeRefused as refused:  # of the form it is another field
            raise ChangeRefused("week", refused.message) from None
        return _shown(person)


def _person(caller: Caller, email: str) -> User:
    """Whose hours the caller may plan: for a key everybody, for a person themselves and their people."""
    people = User.objects.all() if caller.person is None else access.plannable_people(caller.person)
    return get_object_or_404(people, email__iexact=email)


def _shown(person: User) -> Response:
    calls = working_weeks.calls_outside(person, now=timezone.now())
    shown = {
        "person": person.email,
        "is_own": person.working_week is not None,
        "week": working_weeks.week_of(person),
        "time_zone": str(ZoneInfo(person.time_zone or deadlines.office_of(person).time_zone)),
        "calls_outside": [call.starts_at for call in calls],
    }
    return Response(HoursShown(shown).data)
