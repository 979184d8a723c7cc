"""POST cases/{id}/mail/: write to the customer of a case. What they answer stands on the case's timeline."""

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from loop import access, mail_templates, mailing
from loop.api.caller import Caller
from loop.api.idempotency import idempotent
from loop.api.operation import LoopView, operation
from loop.api.serializers.case_mail import MailBody, MailLine
from loop.api.serializers.cases import CaseState
from loop.models import Case, MailTemplate
from loop.workflow import StepRefused


class MailAnswer(CaseState):
    """The case as the mail left it, and the mail."""

    mail = MailLine()


class CaseMailView(LoopView):
    @operation(
        scope="write",
        name="mail_case",
        summary="Write to the customer",
        description="Sent once, through the outbox; counts as an attempt by e-mail that has reached nobody yet. "
        "Variables such as `{first_name}` are filled in; one whose value is not known is refused by name. Repeat a "
        "request with its `Idempotency-Key`, so that the customer gets one mail.",
        request=MailBody,
        answers={201: MailAnswer},
        problems=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        examples=[
            OpenApiExample("From a template", value={"template": "ask_to_call", "version": 3}, request_only=True),
            OpenApiExample(
                "In words of one's own",
                value={"subject": "Your invoice", "body": "Hello {first_name},\n\nit is corrected."},
                request_only=True,
            ),
        ],
    )
    @idempotent
    def post(self, request: Request, case_id: int) -> Response:
        caller = Caller.of(request)
        case = get_object_or_404(caller.cases().for_display(), pk=case_id)
        access.require(caller.person, "attempt", case)
        body = MailBody(data=request.data)
        body.is_valid(raise_exception=True)
        values: dict[str, Any] = body.validated_data
        template = _template(case, values.get("template", ""))
        try:
            mail = mailing.send(
                case_id=case_id,
                subject=values.get("subject") or (template.subject if template else ""),
                text=values.get("body") or (template.text if template else ""),
                template=template,
                actor=caller.person,
                version=values.get("version"),
                via=caller.via,
                now=timezone.now(),
            )
        except StepRefused as refused:
            raise StepRefused("body" if refused.field == "text" else refused.field, refused.message) from refused
        changed = Case.objects.for_display().get(pk=case_id)
        changed.mail = mail  # type: ignore[attr-defined]
        return Response(MailAnswer(changed).data, status=HTTPStatus.CREATED)


def _template(case: Case, key: str) -> MailTemplate | None:
    try:
        return mail_templates.named(case, key) if key else None
    except mail_templates.TemplateRefused as refused:
        raise StepRefused(refused.field, refused.message) from refused
