"""absences/ and assignment/try/: who is away and who stands in; who would get an answer, and why nobody else?"""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from feedback import nps
from feedback.models import Contact, Survey
from feedback.nps import Category
from loop import absences, access, assignment, routing
from loop.api.caller import Caller
from loop.api.idempotency import idempotent
from loop.api.operation import LoopView, operation
from loop.api.serializers.absences import AbsenceBody, AbsenceLine, TryAnswer, TryBody
from loop.models import Absence, User
from loop.models.people import AbsenceQuerySet


class AbsencePage(serializers.Serializer[Any]):
    results = AbsenceLine(many=True)


def _visible(caller: Caller) -> AbsenceQuerySet:
    """The absences the caller may plan: a key all, a person their own and those of their people."""
    found = Absence.objects.select_related("user", "substitute")
    if caller.person is None:
        return found
    return found.filter(user__in=access.plannable_people(caller.person).values("pk"))


class AbsencesView(LoopView):
    @operation(
        scope="read",
        name="list_absences",
        summary="List absences that are planned or running",
        answers={200: AbsencePage},
    )
    def get(self, request: Request) -> Response:
        today = timezone.localtime(timezone.now(), timezone.get_default_timezone()).date()
        rows = _visible(Caller.of(request)).filter(ends_on__gte=today).order_by("starts_on", "pk")
        return Response({"results": AbsenceLine(rows, many=True).data})

    @operation(
        scope="write",
        name="create_absence",
        summary="Say that somebody will be away",
        description="Whoever stands in sees and does their work meanwhile. Two absences of one person may not overlap.",
        request=AbsenceBody,
        answers={201: AbsenceLine},
        examples=[
            OpenApiExample(
                "A week",
                value={
                    "person": "anna@example.com",
                    "starts_on": "2026-12-21",
                    "ends_on": "2026-12-27",
                    "substitute": "kim@example.com",
                },
                request_only=True,
            )
        ],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        caller = Caller.of(request)
        body = AbsenceBody(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        person = _person("person", values["person"]) if "person" in values else caller.person
        if person is None:
            raise ValidationError({"person": _("A key must say who is away.")})
        substitute = _person("substitute", values["substitute"]) if values.get("substitute") else None
        absence = absences.plan(
            user=person,
            starts_on=values["starts_on"],
            ends_on=values["ends_on"],
            substitute=substitute,
            actor=caller.person,
            now=timezone.now(),
        )
        return Response(AbsenceLine(absence).data, status=201)


class EndAbsenceView(LoopView):
    @operation(
        scope="write",
        name="end_absence",
        summary="Somebody is back early, or does not go",
        description="From today on they are here. Cases given to whoever stood in that they have not begun go back.",
        answers={204: None},
        problems=[400, 404],
    )
    @idempotent
    def post(self, request: Request, absence_id: int) -> Response:
        caller = Caller.of(request)
        absence = get_object_or_404(_visible(caller), pk=absence_id)
        absences.end(absence, actor=caller.person, now=timezone.now())
        return Response(status=204)


class TryAssignmentView(LoopView):
    @operation(
        scope="read",
        people=access.may_manage,
        name="try_assignment",
        summary="Who would get such an answer, and why?",
        description="Goes the way a real answer would and changes nothing: nobody's turn is taken.",
        request=TryBody,
        answers={200: TryAnswer},
        examples=[OpenApiExample("A 3", value={"contact": "C-2001", "score": 3}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = TryBody(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        contact = Contact.objects.select_related("account").filter(external_id=values["contact"]).first()
        if contact is None:
            raise ValidationError({"contact": _("There is no contact “%(id)s”.") % {"id": values["contact"]}})
        survey = Survey.objects.filter(key=values["survey"]).first()
        if survey is None:
            raise ValidationError({"survey": _("There is no survey “%(key)s”.") % {"key": values["survey"]}})
        low, high = survey.scale
        if not low <= values["score"] <= high:
            raise ValidationError({"score": _("The scale is %(low)d to %(high)d.") % {"low": low, "high": high}})
        facts = routing.Facts(
            score=values["score"],
            account=contact.account,
            contact=contact,
            survey=survey,
            comment=values["comment"],
            language=contact.language.partition("-")[0],
            touchpoint=values["touchpoint"],
            is_detractor=nps.category(values["score"], survey.scale) == Category.DETRACTOR,
            wants_someone_else=values["wants_someone_else"],
        )
        choice, looks = assignment.explain(facts, now=timezone.now())
        answer = {
            "owner": choice.owner.email if choice.owner is not None else None,
            "team": choice.team.name if choice.team is not None else None,
            "reason": choice.reason,
            "looked_at": looks,
        }
        return Response(TryAnswer(answer).data)


def _person(field: str, email: str) -> User:
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise ValidationError({field: _("Nobody has the address “%(email)s”.") % {"email": email}})
    return found
