"""How is every refusal told? As RFC 9457 problem details, with the fields that were wrong where there are such."""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.log import log_response
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from feedback.contacts import ContactRefused
from feedback.editing import ChangedMeanwhile
from feedback.responses import ResponseRefused
from feedback.triggers import EventRefused
from loop.absences import AbsenceRefused
from loop.access import NotAllowed
from loop.changes import ChangeRefused
from loop.models import Case
from loop.reporting.filters import FiltersRefused
from loop.workflow import StaleVersion, StepNotAllowed, StepRefused

MEDIA_TYPE = "application/problem+json"
BODY = "body"  # stands for the whole body where no single field is wrong
LONGEST_MESSAGE = 500  # characters: a message may repeat what it refuses
MOST_FIELDS = 100

INVALID = "Some of the input is not acceptable; `errors` says which."

Errors = dict[str, list[str]]


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem details. `type` is `about:blank` where the status says it all."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="By field what is wrong with it; `body` stands for the whole.",
    )
    state = serializers.CharField(required=False, help_text="With 409 on a step: the state of the case now.")
    version = serializers.IntegerField(required=False, help_text="With 409 on a step: the version of the case now.")


def problem(
    status: int, detail: str, *, kind: str = "", headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    """The answer for a refusal.

    Args:
        kind: a word for what went wrong, where the status does not say it all.
        members: further members, such as `errors`.
    """
    body = {
        "type": f"urn:loop:problem:{kind}" if kind else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": printable(detail),
        **members,
    }
    return Response(body, status=status, headers=dict(headers or {}), content_type=MEDIA_TYPE)


def invalid(errors: Errors) -> Response:
    return problem(HTTPStatus.BAD_REQUEST, INVALID, kind="invalid", errors=errors)


def problem_handler(exc: Exception, context: dict[str, Any]) -> Response:
    """Turn whatever a view raised into its problem. Django REST framework calls it."""
    set_rollback()
    for kinds, told in PROBLEMS:
        if isinstance(exc, kinds):
            return told(exc)
    return _own_fault(exc, context)


def flat(detail: Any, name: str = "") -> Errors:
    """Nested errors as one table from `contact.email` to its messages."""
    if isinstance(detail, Mapping):
        errors: Errors = {}
        for key, value in list(detail.items())[:MOST_FIELDS]:
            part = "" if key == api_settings.NON_FIELD_ERRORS_KEY else printable(key)
            for field, messages in flat(value, ".".join(filter(None, (name, part)))).items():
                errors.setdefault(field, []).extend(messages)
        return errors
    messages = detail if isinstance(detail, list) else [detail]
    return {name or BODY: [printable(message) for message in messages]}


def printable(text: object) -> str:
    """`text` as it can be sent: it may repeat input, and half a surrogate pair cannot be encoded."""
    return str(text)[:LONGEST_MESSAGE].encode("utf-8", "replace").decode()


def _of_framework(exc: exceptions.APIException) -> Response:
    headers = {}
    if auth_header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return problem(exc.status_code, printable(exc.detail), headers=headers)


def _conflict(exc: StepNotAllowed, *, kind: str) -> Response:
    return problem(HTTPStatus.CONFLICT, exc.message, kind=kind, state=exc.case.state, version=exc.case.version)


def _changed_meanwhile(exc: ChangedMeanwhile) -> Response:
    return problem(
        HTTPStatus.CONFLICT, "Somebody changed this meanwhile.", kind="stale-version", version=exc.row.version
    )


def _forbidden(_exc: Any) -> Response:
    return problem(HTTPStatus.FORBIDDEN, "You may not do this.")


def _out_of_sight(_exc: Any) -> Response:
    return problem(HTTPStatus.NOT_FOUND, "There is nothing here, or nothing you may see.")


def _too_large(_exc: Any) -> Response:
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than this server takes: 5 MB.")


def _refused(
    exc: ResponseRefused | ContactRefused | StepRefused | EventRefused | AbsenceRefused | ChangeRefused,
) -> Response:
    return invalid({exc.field or BODY: [printable(exc.message)]})


# What can go wrong, and how it is told. The first line that fits counts.
PROBLEMS: tuple[tuple[Any, Callable[[Any], Response]], ...] = (
    (exceptions.ValidationError, lambda exc: invalid(flat(exc.detail))),
    (FiltersRefused, lambda exc: invalid(flat(exc.errors))),
    (exceptions.ParseError, lambda exc: invalid({BODY: [printable(exc.detail)]})),
    (exceptions.APIException, _of_framework),
    ((ResponseRefused, ContactRefused, StepRefused, EventRefused, AbsenceRefused, ChangeRefused), _refused),
    (StaleVersion, partial(_conflict, kind="stale-version")),
    (ChangedMeanwhile, _changed_meanwhile),
    (StepNotAllowed, partial(_conflict, kind="step-not-allowed")),
    ((NotAllowed, PermissionDenied), _forbidden),
    ((Http404, Case.DoesNotExist), _out_of_sight),
    (RequestDataTooBig, _too_large),
    (
        (SuspiciousOperation, MultiPartParserError),
        lambda exc: invalid({BODY: [printable(exc)]}),
    ),  # such as a form of thousands of fields
)


def _own_fault(exc: Exception, context: dict[str, Any]) -> Response:
    """A bug of ours: told to the log and to whoever listens for failed requests, as Django itself does."""
    request = context["request"]._request
    got_request_exception.send(sender=None, request=request)
    response = problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong on our side. Nothing of this call was stored; it may be tried again.",
    )
    log_response(
        "%s: %s", response.reason_phrase, request.path, response=response, request=request, exception=exc, level="error"
    )
    return response
