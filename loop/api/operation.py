"""What is one call of the API: its right, and how the OpenAPI description tells of it? One decorator says both."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.views import APIView

from loop.api.negotiation import AlwaysJson
from loop.api.parsing import StrictJSONParser
from loop.api.permissions import MayCall, Right, everybody
from loop.api.problems import MEDIA_TYPE, ProblemSerializer
from loop.models import User

Handler = TypeVar("Handler", bound=Callable[..., Any])

IDEMPOTENCY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="A name of your own for this request, 1 to 255 visible characters. The same key with the same body "
    "within 48 hours gets the first answer again and does nothing; with another body 422; while the first is under "
    "way 409.",
)

WHEN = {
    HTTPStatus.BAD_REQUEST: "A field is missing, unknown or not acceptable: `errors` names it.",
    HTTPStatus.UNAUTHORIZED: "No key or session, or a key that is unknown, revoked or expired.",
    HTTPStatus.FORBIDDEN: "The key lacks the scope, or the person may not do this.",
    HTTPStatus.NOT_FOUND: "There is no such thing in the caller's sight.",
    HTTPStatus.CONFLICT: "The state forbids it, the version is stale, or the first request with this key is under way.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than 5 MB.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not of the media type that is described.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "This `Idempotency-Key` was used with another body.",
}


class LoopView(APIView):
    """The base of every call."""

    permission_classes = [MayCall]
    parser_classes = [StrictJSONParser]
    content_negotiation_class = AlwaysJson
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]


def operation(
    *,
    scope: str | None,
    people: Callable[[User], bool] = everybody,
    name: str,
    summary: str,
    answers: Mapping[Any, Any],
    request: Any = None,
    problems: Sequence[int] = (),
    parameters: Iterable[Any] = (),
    examples: Sequence[OpenApiExample] = (),
    description: str = "",
) -> Callable[[Handler], Handler]:
    """Mark a handler of a `LoopView` with its right and describe it.

    Args:
        scope: the scope a key needs; None: any key.
        people: who may make this call in the browser.
        name: its operationId.
        answers: status, or status and media type, to serializer of what is answered when all is well.
        problems: statuses of refusals beyond those that follow from the rest.
    """

    def mark(handler: Handler) -> Handler:
        handler.right = Right(scope, people)  # type: ignore[attr-defined]
        idempotent = getattr(handler, "is_idempotent", False)
        statuses = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, *map(HTTPStatus, problems)}
        if request is not None:
            statuses |= {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
        if idempotent:
            # 400: the key itself may be none, also where there is no body
            statuses |= {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
        refusals = {
            (int(status), MEDIA_TYPE): OpenApiResponse(ProblemSerializer, WHEN[status]) for status in sorted(statuses)
        }
        besides = "" if scope == "admin" else " (or `admin`)"
        needs = f"Takes a key with scope `{scope}`{besides}." if scope else "Any key will do."
        return extend_schema(
            operation_id=name,
            summary=summary,
            description="\n\n".join(filter(None, (description, needs))),
            request=request,
            responses={**answers, **refusals},
            parameters=[*parameters, *([IDEMPOTENCY_HEADER] if idempotent else [])],
            examples=list(examples),
        )(handler)

    return mark
