"""GET contacts/{external_id}/survey-link/: the link a company puts into its own mails to this contact."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from feedback import survey_links
from feedback.models import Contact, Survey
from loop import access
from loop.api.fields import StrictSerializer, Text
from loop.api.operation import LoopView, operation


class SurveyLinkQuery(StrictSerializer):
    """What the call takes in its address."""

    survey = Text(max_length=50, help_text="The key of a survey that has links for your own mails switched on.")


class ContactSurveyLink(serializers.Serializer[Any]):
    contact = serializers.CharField(help_text="The external id.")
    survey = serializers.CharField()
    link = serializers.URLField(help_text="For a link without a score.")
    scores = serializers.DictField(
        child=serializers.URLField(), help_text="The same with each score of the scale, for buttons: it is chosen, and "
        "recorded when the contact presses the button on the page."
    )  # fmt: skip


class ContactSurveyLinkView(LoopView):
    @operation(
        scope="ingest",
        people=access.may_manage,
        name="get_survey_link",
        summary="A contact's link for your own mails",
        description="It works as long as it is switched on, and says who answers: give it to this contact alone. Loop "
        "sends nothing, and nothing is recorded by this call. A key needs the scope `ingest`, since whoever has the "
        "link can answer as the contact. There is none for who wants no surveys, and none where mail came back.",
        parameters=[SurveyLinkQuery],
        answers={200: ContactSurveyLink},
        problems=[400, 404],
    )
    def get(self, request: Request, external_id: str) -> Response:
        query = SurveyLinkQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        contact = get_object_or_404(Contact, external_id=external_id.replace("\x00", ""))
        if not survey_links.mergeable().filter(pk=contact.pk).exists():
            raise ValidationError({"contact": "This contact wants no surveys, or mail does not reach them."})
        key = query.validated_data["survey"]
        survey = Survey.objects.filter(key=key).first()
        if survey is None:
            raise ValidationError({"survey": f"There is no survey “{key}”."})
        link = survey_links.in_mails(survey)
        if link is None:
            raise ValidationError({"survey": f"The survey “{key}” has no links for your own mails switched on."})
        address = survey_links.address_for(link, survey.key, str(contact.external_id))
        low, high = survey.scale
        answer = {
            "contact": contact.external_id,
            "survey": survey.key,
            "link": address,
            "scores": {str(score): f"{address}?score={score}" for score in range(low, high + 1)},
        }
        return Response(ContactSurveyLink(answer).data)
