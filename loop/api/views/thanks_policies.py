"""surveys/<key>/thanks/: whom does a survey thank, how, and what does it ask of them?"""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.editing import Edit
from feedback.models import Survey
from loop import access, thanks, thanks_policies
from loop.api.caller import Caller
from loop.api.operation import LoopView, operation
from loop.api.serializers.thanks_policies import ThanksPolicyBody, ThanksPolicyShown
from loop.changes import ChangeRefused


class ThanksPolicyView(LoopView):
    @operation(
        scope="read",
        people=access.may_manage,
        name="get_thanks_policy",
        summary="Whom a survey thanks, how, and what it asks",
        answers={200: ThanksPolicyShown},
        problems=[404],
    )
    def get(self, request: Request, key: str) -> Response:
        survey = get_object_or_404(Survey, key=key)
        return Response(ThanksPolicyShown(thanks.policy_of(survey)).data)

    @operation(
        scope="manage",
        people=access.may_manage,
        name="put_thanks_policy",
        summary="Set whom a survey thanks, how, and what it asks",
        description="Holds for answers that come in from now on. A recovery survey has none.",
        request=ThanksPolicyBody,
        answers={200: ThanksPolicyShown},
        problems=[404, 409],
        examples=[
            OpenApiExample(
                "A reference",
                value={
                    "promoter_thanks": "mail",
                    "promoter_ask": "reference",
                    "passive_thanks": "page",
                    "passive_ask": "",
                    "quiet_days": 180,
                },
                request_only=True,
            )
        ],
    )
    def put(self, request: Request, key: str) -> Response:
        caller, now = Caller.of(request), timezone.now()
        survey = get_object_or_404(Survey, key=key)
        body = ThanksPolicyBody(data=request.data)
        body.is_valid(raise_exception=True)
        facts = dict(body.validated_data)
        by = caller.person.email if caller.person is not None else caller.via
        edit = Edit(by=by, at=now, version=facts.pop("version", None))
        try:
            policy = thanks_policies.change(survey, facts, actor=caller.person, edit=edit, now=now)
        except ChangeRefused as refused:  # a form has a field for each text
            field = (
                refused.field if refused.field in ThanksPolicyBody().fields else "own_words" if refused.field else ""
            )
            raise ChangeRefused(field, refused.message) from None
        return Response(ThanksPolicyShown(policy).data)
