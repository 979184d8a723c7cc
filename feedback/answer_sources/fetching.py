"""What was said, where a call names an answer by its id only? It is fetched from the tool with a token.

This package makes no connections: `notifications` does, to public addresses only, and registers how.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from feedback import sealing
from feedback.answer_sources import hubspot, setting_up, survey_monkey
from feedback.answer_sources.payloads import parsed
from feedback.answer_sources.readings import NotTaken, Reading
from feedback.models import AnswerSource, SourceKind

#: Asks by GET: URL and headers; gives the status and the body. Raises NoReply.
Get = Callable[[str, Mapping[str, str]], tuple[int, bytes]]

_registered: list[Get] = []


class NoReply(Exception):
    """The tool cannot be asked, in our own words."""


class TryAgain(Exception):
    """It could not be fetched now; `code` and `detail` as of `readings.NotTaken`."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = str(detail)[:200]


def register(get: Get) -> None:
    """Let answers be fetched this way."""
    _registered[:] = [get]


def fetch_and_read(source: AnswerSource, told: Any, nth: int) -> Reading:
    """Fetch what a call is about, and read it. No transaction is open meanwhile.

    Raises:
        NotTaken: there is no answer in it.
        TryAgain: it could not be fetched.
    """
    if source.kind == SourceKind.HUBSPOT:
        return hubspot.read(_fetched(source, hubspot.wanted(told, nth)), source)
    response, details = survey_monkey.wanted(told, nth)
    # A plan of SurveyMonkey allows some hundred calls a day: the details of a survey hardly change, and are kept.
    fetched, kept = _fetched(source, response), _kept_details.get((source.pk, details))
    if kept is not None:
        try:
            return survey_monkey.read(fetched, kept, source)
        except NotTaken as stale:
            if stale.ignored:
                raise
    _kept_details[source.pk, details] = fresh = _fetched(source, details)
    return survey_monkey.read(fetched, fresh, source)


#: Of this process, by source and survey.
_kept_details: dict[tuple[int, str], Any] = {}


def _fetched(source: AnswerSource, path: str) -> Any:
    if not _registered:
        raise TryAgain("no_reply")
    try:
        token = setting_up.token_of(source)
    except sealing.SealBroken:
        raise TryAgain("no_token") from None
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    try:
        status, body = _registered[0](f"{source.api_base}{path}", headers)
    except NoReply as error:
        raise TryAgain("no_reply", error) from error
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise TryAgain("token_refused", f"HTTP {status}")
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise NotTaken("gone", f"HTTP {status}", ignored=True)
    if status != HTTPStatus.OK:
        raise TryAgain("no_reply", f"HTTP {status}")
    try:
        return parsed(body)
    except (ValueError, RecursionError) as error:
        raise TryAgain("no_reply", "JSON") from error


def forget_details() -> None:
    """Ask for the details of surveys again."""
    _kept_details.clear()
