"""Was this request made before, and what did we answer? The `Idempotency-Key` header, as the IETF draft has it.

draft-ietf-httpapi-idempotency-key-header-07: another body under the same key 422, the first still under way 409, done:
its answer again. What the call writes and the note that it was answered commit together, so a process killed in between
leaves neither; the lock it leaves has a lease, after which the caller's next try does the work.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from loop.api.caller import Caller
from loop.api.problems import MEDIA_TYPE, invalid, problem
from loop.models import IdempotencyRecord

LEASE = timedelta(seconds=30)  # how long a killed request blocks its key
SAID_ONCE = frozenset({"secret"})
KEPT_FOR = timedelta(hours=48)
LONGEST_KEY = 255  # characters
VISIBLE = re.compile(r"[\x20-\x7e]+")

Handler = Callable[..., Response]


class LeaseLost(Exception):
    """The request took longer than its lease and another one took over: this one must leave nothing behind."""


@dataclass(frozen=True)
class Claim:
    """The right to do the work of a key, until `until`."""

    record_id: int
    until: datetime


def idempotent(handler: Handler) -> Handler:
    """Let a handler do its work once per `Idempotency-Key`; requests without the header are not touched."""

    @wraps(handler)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        header = request.META.get("HTTP_IDEMPOTENCY_KEY")
        if header is None:
            return handler(view, request, *args, **kwargs)
        key = _unquoted(header)
        if not VISIBLE.fullmatch(key) or len(key) > LONGEST_KEY:
            return invalid({"Idempotency-Key": [f"This must be 1 to {LONGEST_KEY} visible ASCII characters."]})
        claim = _claim(Caller.of(request).principal, key, _fingerprint(request), timezone.now())
        if isinstance(claim, Response):
            return claim
        try:
            response = _work(handler, view, request, claim, *args, **kwargs)
        except LeaseLost:
            return _under_way()
        return response

    once.is_idempotent = True  # type: ignore[attr-defined]
    return once


def _work(handler: Handler, view: Any, request: Request, claim: Claim, *args: Any, **kwargs: Any) -> Response:
    """Do the work and note its answer; a fault of ours frees the key at once."""
    try:
        with transaction.atomic():
            response = handler(view, request, *args, **kwargs)
            _finish(claim, response)
            return response
    except LeaseLost:
        raise
    except Exception as exc:
        refusal: Response = view.handle_exception(exc)
    if refusal.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _release(claim)
    else:
        _finish(claim, refusal)
    return refusal


def forget_old(*, now: datetime) -> int:
    """Delete the answers that nobody may ask for again. Returns how many."""
    return IdempotencyRecord.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _unquoted(header: str) -> str:
    """The draft writes the key as a quoted string; most callers send it bare."""
    key = header.strip()
    return key[1:-1] if len(key) >= 2 and key[0] == key[-1] == '"' else key


def _fingerprint(request: Request) -> str:
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if any(isinstance(parser, MultiPartParser) for parser in request.parsers or ()):
        _take_in_form(request, found)
    else:
        found.update(request._request.body)
    return found.hexdigest()


def _take_in_form(request: Request, found: Any) -> None:
    """Fields and files by what they say: the boundary between them is another each time, and files may be large."""
    for name, values in sorted(request._request.POST.lists()):
        found.update(json.dumps([name, values]).encode())
    for name, files in sorted(request._request.FILES.lists()):
        for uploaded in files:
            found.update(json.dumps([name, uploaded.name, uploaded.size]).encode())
            for piece in uploaded.chunks():
                found.update(piece)


def _claim(principal: str, key: str, request_hash: str, now: datetime) -> Claim | Response:
    """The right to do the work, or the answer when that is not to be done."""
    until = now + LEASE
    try:
        with transaction.atomic():
            record = IdempotencyRecord.objects.create(
                principal=principal, key=key, request_hash=request_hash, locked_until=until, created_at=now
            )
    except IntegrityError:
        earlier = IdempotencyRecord.objects.filter(principal=principal, key=key).first()
    else:
        return Claim(record.pk, until)
    if earlier is None:
        return _claim(principal, key, request_hash, now)  # it was given up this very moment
    if earlier.created_at < now - KEPT_FOR:  # forgotten, though nobody has swept it away yet
        IdempotencyRecord.objects.filter(pk=earlier.pk, created_at=earlier.created_at).delete()
        return _claim(principal, key, request_hash, now)
    return _of_earlier(earlier, request_hash, now)


def _of_earlier(record: IdempotencyRecord, request_hash: str, now: datetime) -> Claim | Response:
    """What an earlier request with the same key leaves for this one."""
    if record.request_hash != request_hash:
        detail = "This Idempotency-Key was used with another request."
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, kind="idempotency-key-reused")
    if record.status is not None:
        return _again(record)
    free = record.locked_until is None or record.locked_until <= now
    lock_seen = IdempotencyRecord.objects.filter(pk=record.pk, status=None, locked_until=record.locked_until)
    if free and lock_seen.update(locked_until=now + LEASE) == 1:
        return Claim(record.pk, now + LEASE)
    return _under_way()


def _finish(claim: Claim, response: Response) -> None:
    """Note the answer, if the work is still ours.

    Raises:
        LeaseLost: it is not.
    """
    # As text: PostgreSQL would hand an object back with its members in another order.
    body = JSONRenderer().render(_kept(response.data)).decode()
    ours = IdempotencyRecord.objects.filter(pk=claim.record_id, status=None, locked_until=claim.until)
    if ours.update(status=response.status_code, body=body, locked_until=None) != 1:
        raise LeaseLost


def _kept(data: Any) -> Any:
    """What of an answer is kept for a request that comes again: a secret is said once, and empty after that."""
    if not isinstance(data, dict):
        return data
    return {name: "" if name in SAID_ONCE else value for name, value in data.items()}


def _release(claim: Claim) -> None:
    IdempotencyRecord.objects.filter(pk=claim.record_id, status=None, locked_until=claim.until).delete()


def _again(record: IdempotencyRecord) -> Response:
    status = record.status or HTTPStatus.OK
    return Response(
        json.loads(record.body or "null"),
        status=status,
        headers={"Idempotent-Replayed": "true"},
        content_type=MEDIA_TYPE if status >= HTTPStatus.BAD_REQUEST else None,
    )


def _under_way() -> Response:
    return problem(
        HTTPStatus.CONFLICT,
        "The first request with this Idempotency-Key is still under way.",
        kind="idempotency-key-in-use",
        headers={"Retry-After": "1"},
    )
