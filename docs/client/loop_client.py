"""A typed Python client of Loop's API. One file, to be copied into a program: it needs Python 3.11 alone.

    loop = Loop("https://loop.example.com", key="...")
    made = loop.post_response({"score": 3, "contact": "C-2001", "comment": "Late again."})
    for page in loop.pages(loop.list_cases(state="new")):
        for case in page["results"]:
            print(case["id"], case["owner"])

What a call refuses comes as `LoopProblem`. Made by `python -m tests.client.making` from the description at
/api/schema/: not to be changed by hand.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, NotRequired, TypedDict, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

JSON = "application/json"


class Upload(NamedTuple):
    """A file that is handed in."""

    name: str
    content: bytes


class LoopProblem(Exception):
    """Loop refused a call: `errors` says by field what is wrong, `body` is all of the answer."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status, self.body = status, body
        self.detail: str = str(body.get("detail", ""))
        self.errors: dict[str, list[str]] = body.get("errors", {})
        super().__init__(f"{status}: {self.detail} {self.errors or ''}".strip())


Page = TypeVar("Page", bound=Mapping[str, Any])


class _Stay(HTTPRedirectHandler):
    """Goes nowhere else: the key is for one address."""

    def redirect_request(self, *_args: object) -> None:
        return None


class Connection:
    """Calls one installation with one key."""

    def __init__(self, address: str, key: str, *, timeout: float = 30.0) -> None:
        """Args: `address` as people open it, such as https://loop.example.com; `timeout` in seconds."""
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError(f"{address} does not begin with https:// or http://.")
        self._address, self._key, self._timeout = address.rstrip("/"), key, timeout
        self._opener = build_opener(_Stay)

    def pages(self, first: Page) -> Iterator[Page]:
        """A page of a list and all that follow it: `for page in loop.pages(loop.list_cases()): ...`."""
        page = first
        yield page
        while further := page.get("next"):
            there = urlsplit(further)  # the path alone: whatever address Loop believes it has, the key goes to ours
            page = self._call("GET", f"{there.path}?{there.query}")
            yield page

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        form: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Any:
        said = {name: _plain(value) for name, value in (query or {}).items() if value is not None}
        url = f"{self._address}{path}{'?' if said else ''}{urlencode(said)}"
        headers = {"Authorization": f"Api-Key {self._key}", "Accept": JSON}
        data: bytes | None = None
        if form is not None:
            data, headers["Content-Type"] = _multipart(form)
        elif body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), JSON
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        request = Request(url, data=data, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                content, kind = answer.read(), answer.headers.get_content_type()
        except HTTPError as refused:
            with refused:
                raise LoopProblem(refused.code, _told(refused.read())) from None
        if not content:
            return None
        return json.loads(content) if kind == JSON else content


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _told(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:  # not Loop, but something in front of it
        found = {}
    return found if isinstance(found, dict) else {}


def _part(value: object) -> str:
    """A value as a part of an address."""
    return quote(str(value), safe="")


def _multipart(form: Mapping[str, Any]) -> tuple[bytes, str]:
    """A form with files, and its media type."""
    boundary, pieces = secrets.token_hex(16), []
    for name, value in form.items():
        told = f'Content-Disposition: form-data; name="{name}"'
        content = str(value).encode()
        if isinstance(value, Upload):
            called = value.name.replace('"', "%22").replace("\r", " ").replace("\n", " ")
            told += f'; filename="{called}"\r\nContent-Type: application/octet-stream'
            content = value.content
        pieces.append(f"--{boundary}\r\n{told}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(pieces) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


AnswerEnum = Literal["done", "declined"]
ArrivalStateEnum = Literal["waiting", "done", "ignored", "refused", "failed"]
AskEnum = Literal["reference", "review", "referral"]
AttemptBodyOutcomeEnum = Literal["reached", "no_answer", "voicemail", "busy", "wrong_number", "sent", "other"]
BehindAnswerAboutEnum = Literal["case", "answer", "question", "promise", "contact"]
BlankEnum = Literal[""]
ByEnum = Literal["month", "week", "quarter", "survey", "kind", "touchpoint", "segment", "country", "account"]
CallStateEnum = Literal["booked", "cancelled", "held", "missed"]
CategoryEnum = Literal["detractor", "passive", "promoter"]
ChannelEnum = Literal["phone", "email", "meeting", "sms", "other"]
DatesEnum = Literal["day-first", "month-first"]
DelimiterEnum = Literal[";", ",", "\t", "|"]
DeliveryStateEnum = Literal["pending", "sending", "sent", "dead"]
DirectionEnum = Literal["out", "in"]
EncodingEnum = Literal["utf-8", "cp1252", "cp1250", "iso8859-15", "cp850", "mac-roman", "utf-16"]
EndingEnum = Literal["kept", "broken", "withdrawn"]
EventTypesEnum = Literal[
    "response.recorded",
    "response.corrected",
    "response.retracted",
    "case.opened",
    "case.assigned",
    "case.attempted",
    "case.contacted",
    "case.escalated",
    "case.overdue",
    "case.resolved",
    "case.not_reached",
    "case.withdrawn",
    "case.reopened",
    "case.confirmed",
    "case.not_solved",
    "callback.booked",
    "callback.moved",
    "callback.cancelled",
    "callback.held",
    "callback.missed",
    "outcome.given",
]
FavourKindEnum = Literal["reference", "referral"]
FindingEnum = Literal["cannot_tell", "more_than_chance", "less_than_expected"]
FollowUpEnum = Literal["new", "quiet", "none"]
GoalFindingEnum = Literal["too_few", "cannot_tell", "fallen", "risen", "reached"]
ImportKindEnum = Literal["answers", "customers"]
ImportStateEnum = Literal["uploaded", "checked", "running", "stopped", "done", "failed", "discarded"]
IntegrityLineAboutEnum = Literal["case", "contact"]
LinkKindEnum = Literal["open", "kiosk", "widget", "mail"]
MailStateEnum = Literal["waiting", "sent", "returned", "not_sent", "received"]
MeKindEnum = Literal["key", "person"]
MessageStateEnum = Literal["pending", "sending", "uncertain", "sent", "cancelled", "dead"]
MethodEnum = Literal["random", "dynamic", "whole"]
NullEnum = Literal[None]
PlaceEnum = Literal["address", "folder"]
PullOutcomeEnum = Literal["under way", "imported", "unchanged", "nothing new", "waits", "failed", "given up"]
RecoveryVerdictReasonEnum = Literal[
    "nobody_answered", "nobody_to_compare_with", "too_few", "chance", "thin", "by_choice", "reasons"
]
ReportEnum = Literal["overview", "nps", "responses", "loop", "recovery", "people", "integrity", "revenue", "goals"]
ReportEveryEnum = Literal["week", "month"]
ResolutionEnum = Literal["solved", "not_reached", "withdrawn"]
RhythmEnum = Literal["hourly", "daily", "weekly"]
RoleEnum = Literal["agent", "lead", "leadership", "admin"]
ScopesEnum = Literal["ingest", "read", "write", "admin"]
SeriesLineEveryEnum = Literal["monthly", "quarterly", "yearly"]
SettlementEnum = Literal["accepted", "dismissed", "overtaken"]
SharingEnum = Literal["queue", "round_robin", "least_loaded"]
SignInEnum = Literal["token", "basic"]
SourceKindEnum = Literal[
    "typeform", "surveymonkey", "delighted", "asknicely", "survicate", "wootric", "hubspot", "standard", "json"
]
StateEnum = Literal["new", "contacted", "resolved"]
StudyLineReasonEnum = Literal["not_yet", "stopped", "too_few", "chance", "silent"]
SurveyKindEnum = Literal["relational", "transactional", "product", "recovery"]
SuspicionEnum = Literal["several_scores", "hidden_link", "too_soon", "change_unseen", "too_many"]
ThankEnum = Literal["mail", "page", "none"]
VerdictEnum = Literal["recovered", "improved", "unchanged", "worsened", "no_answer"]
WantedEnum = Literal["export", "erase"]
WarningEnum = Literal["no_zero", "a_zero"]
WaveStateEnum = Literal["draft", "planned", "sending", "paused", "closed"]
WeighingEnum = Literal["respondent", "account", "revenue"]
WhyOffEnum = Literal["by_hand", "gone", "failing"]
WishEnum = Literal["email", "sms", "no_call"]


class AbsenceBodyRequest(TypedDict):
    person: NotRequired[str]
    starts_on: str
    ends_on: str
    substitute: NotRequired[str | None]


class AbsenceLine(TypedDict):
    id: int
    person: str
    starts_on: str
    ends_on: str
    substitute: str | None


class AbsencePage(TypedDict):
    results: list[AbsenceLine]


class AccountAnswer(TypedDict):
    external_id: str
    name: str
    owner: str | None
    segment: str
    country: str
    annual_value: str | None
    currency: str
    size: str
    attributes: dict[str, Any]


class AccountBodyRequest(TypedDict):
    name: NotRequired[str]
    owner: NotRequired[str]
    segment: NotRequired[str]
    country: NotRequired[str]
    annual_value: NotRequired[float | str]
    currency: NotRequired[str]
    size: NotRequired[str]
    attributes: NotRequired[dict[str, Any]]


class AccountLine(TypedDict):
    external_id: str
    name: str
    owner: NotRequired[str | None]
    segment: str
    country: str
    annual_value: str | None
    currency: str
    size: str
    attributes: dict[str, Any]
    id: int
    open_cases: int
    latest_score: int | None
    latest_category: CategoryEnum | NullEnum | None
    latest_at: str | None
    created_at: str


class AccountListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[AccountLine]


class AccountWhole(TypedDict):
    external_id: str
    name: str
    owner: NotRequired[str | None]
    segment: str
    country: str
    annual_value: str | None
    currency: str
    size: str
    attributes: dict[str, Any]
    id: int
    open_cases: int
    latest_score: int | None
    latest_category: CategoryEnum | NullEnum | None
    latest_at: str | None
    created_at: str
    contacts: int
    promises: int
    next_try_at: str | None


class AgainstOthersLine(TypedDict):
    points: float
    interval: list[float]
    p: float
    beyond_chance: bool
    stands_out: bool


class AgeLine(TypedDict):
    more_than_days: int
    up_to_days: int | None
    open: ShareOf
    overdue: int


class AlsoCaseRequest(TypedDict):
    case: int
    version: NotRequired[int]


class AnswerBodyRequest(TypedDict):
    survey: NotRequired[str]
    contact: str | RespondentRequest | None
    score: int
    comment: NotRequired[str]
    responded_at: NotRequired[str | None]
    source: NotRequired[str]
    external_id: NotRequired[str]
    wants_callback: NotRequired[bool]
    wants_someone_else: NotRequired[bool]
    phone: NotRequired[str]


class AnswerOutcome(TypedDict):
    status: int
    id: NotRequired[int]
    category: NotRequired[CategoryEnum]
    case: NotRequired[OpenedCase | None]
    errors: NotRequired[dict[str, list[str]]]


class AnswerOutcomes(TypedDict):
    results: list[AnswerOutcome]


class AnswerTaken(TypedDict):
    id: int
    category: CategoryEnum
    case: OpenedCase | None


class AnswersBodyRequest(TypedDict):
    responses: list[Any]


class AnswersRequest(TypedDict):
    pass


class ArmLine(TypedDict):
    asked: int
    answered: ShareOf
    recovered: ShareOf


class ArrivalLine(TypedDict):
    id: int
    event: str
    state: ArrivalStateEnum
    why: str
    detail: str
    attempts: int
    arrived_at: str
    finished_at: str | None
    told_at: str | None
    external_id: str
    response: int | None


class ArrivalListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[ArrivalLine]


class AskedBecause(TypedDict):
    id: int
    survey: str
    send_after: str
    sent_at: str | None
    cancelled_at: str | None


class AssignBodyRequest(TypedDict):
    owner: str | None
    team: NotRequired[str]
    reason: NotRequired[str]
    note: NotRequired[str]
    version: NotRequired[int]


class Attachment(TypedDict):
    name: str
    type: str
    size: int


class AttemptBodyRequest(TypedDict):
    channel: ChannelEnum
    reached: bool
    outcome: NotRequired[AttemptBodyOutcomeEnum]
    note: NotRequired[str]
    answers: NotRequired[dict[str, Any]]
    also: NotRequired[list[AlsoCaseRequest]]
    version: NotRequired[int]


class BehindAnswer(TypedDict):
    figure: str
    about: BehindAnswerAboutEnum
    conditions: list[str]
    count: int
    unseen: int
    next: str | None
    previous: str | None
    results: list[BehindLine]


class BehindLine(TypedDict):
    id: int
    at: str | None
    case: int | None
    score: int | None
    contact: str
    account: str


class BenchmarkBodyRequest(TypedDict):
    name: str
    value: float | str
    source: str
    year: int
    is_active: NotRequired[bool]


class BenchmarkLine(TypedDict):
    id: int
    name: str
    value: float
    source: str
    year: int
    is_active: bool


class Benchmarks(TypedDict):
    results: list[BenchmarkLine]


class BoardAgreed(TypedDict):
    case: int
    url: str
    owner: NotRequired[str | None]
    contact: CaseContact | None
    account: CaseAccount | None
    at: str
    what: str


class BoardAnswer(TypedDict):
    teams: list[str]
    nobody: list[BoardItem]
    calls: list[BoardAgreed]
    people: list[BoardPerson]
    queue: list[BoardItem]
    overdue: list[BoardItem]
    promises: list[BoardAgreed]
    absences: list[AbsenceLine]
    receivers: list[str]


class BoardCase(TypedDict):
    id: int
    url: str
    state: StateEnum
    version: int
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    score: int
    category: CategoryEnum
    comment: str
    contact: CaseContact | None
    respondent: CaseRespondent
    account: CaseAccount | None
    opened_at: str
    next_due_at: str | None


class BoardItem(TypedDict):
    case: BoardCase
    why: str


class BoardPerson(TypedDict):
    person: str
    name: str
    role: str
    open: int
    overdue: int
    this_week: int
    takes_cases: bool
    away_until: str | None
    stand_in: NotRequired[str | None]


class CalendarLine(TypedDict):
    id: int
    name: str
    is_default: bool
    time_zone: str
    country: str
    week: dict[str, list[list[int]]]
    closed_days: list[str]
    worked_holidays: list[str]
    short_days: dict[str, list[list[int]]]
    pauses: list[list[str]]
    teams: list[str]


class CalendarListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[CalendarLine]


class CallBodyRequest(TypedDict):
    starts_at: str
    version: NotRequired[int]


class CallLine(TypedDict):
    id: int
    case: int
    owner: NotRequired[str | None]
    starts_at: str
    ends_at: str
    state: CallStateEnum
    booked_at: str
    settled_at: str | None
    contact: CaseContact | None
    account: CaseAccount | None


class CallListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[CallLine]


class CancelCallBodyRequest(TypedDict):
    version: NotRequired[int]


class CaseAccount(TypedDict):
    external_id: str
    name: str
    segment: str


class CaseCall(TypedDict):
    starts_at: str
    ends_at: str
    owner: NotRequired[str | None]
    booked_at: str


class CaseContact(TypedDict):
    external_id: str | None
    name: str
    email: str
    phone: str
    title: str
    language: str


class CaseLine(TypedDict):
    id: int
    state: StateEnum
    version: int
    resolution: ResolutionEnum | BlankEnum
    owner: NotRequired[str | None]
    owner_reason: str
    team: NotRequired[str | None]
    opened_at: str
    opened_by_word: str
    contact_due_at: str
    contacted_at: str | None
    resolve_due_at: str
    resolved_at: str | None
    policy: NotRequired[str | None]
    held_until: str | None
    next_try_at: str | None
    next_try_reason: str
    promise_due_at: str | None
    escalation_level: int
    reopened_count: int
    root_cause: NotRequired[str | None]
    url: str
    survey: str
    score: int
    category: CategoryEnum
    comment: str
    responded_at: str
    contact: CaseContact | None
    respondent: CaseRespondent
    account: CaseAccount | None
    summary: str
    outcome: NotRequired[CaseOutcome | None]


class CaseOutcome(TypedDict):
    verdict: VerdictEnum
    before: int
    after: int | None
    at: str


class CasePage(TypedDict):
    next: str | None
    previous: str | None
    results: list[CaseLine]


class CasePromise(TypedDict):
    id: int
    what: str
    promised_by: NotRequired[str | None]
    due_at: str
    created_at: str
    ended_at: str | None
    ending: EndingEnum | BlankEnum
    end_reason: str


class CaseRespondent(TypedDict):
    name: str
    email: str
    phone: str


class CaseState(TypedDict):
    id: int
    state: StateEnum
    version: int
    resolution: ResolutionEnum | BlankEnum
    owner: NotRequired[str | None]
    owner_reason: str
    team: NotRequired[str | None]
    opened_at: str
    opened_by_word: str
    contact_due_at: str
    contacted_at: str | None
    resolve_due_at: str
    resolved_at: str | None
    policy: NotRequired[str | None]
    held_until: str | None
    next_try_at: str | None
    next_try_reason: str
    promise_due_at: str | None
    escalation_level: int
    reopened_count: int
    root_cause: NotRequired[str | None]
    url: str


class CaseWhole(TypedDict):
    id: int
    state: StateEnum
    version: int
    resolution: ResolutionEnum | BlankEnum
    owner: NotRequired[str | None]
    owner_reason: str
    team: NotRequired[str | None]
    opened_at: str
    opened_by_word: str
    contact_due_at: str
    contacted_at: str | None
    resolve_due_at: str
    resolved_at: str | None
    policy: NotRequired[str | None]
    held_until: str | None
    next_try_at: str | None
    next_try_reason: str
    promise_due_at: str | None
    escalation_level: int
    reopened_count: int
    root_cause: NotRequired[str | None]
    url: str
    survey: str
    score: int
    category: CategoryEnum
    comment: str
    responded_at: str
    contact: CaseContact | None
    respondent: CaseRespondent
    account: CaseAccount | None
    summary: str
    outcome: NotRequired[CaseOutcome | None]
    callback: CaseCall | None
    wish: WishEnum | BlankEnum
    wants_someone_else: bool
    waiting_since: str | None
    customer_confirmed_at: str | None
    promises: list[CasePromise]
    promises_reason: str
    timeline: list[dict[str, Any]]


class CaseWithCall(TypedDict):
    id: int
    state: StateEnum
    version: int
    resolution: ResolutionEnum | BlankEnum
    owner: NotRequired[str | None]
    owner_reason: str
    team: NotRequired[str | None]
    opened_at: str
    opened_by_word: str
    contact_due_at: str
    contacted_at: str | None
    resolve_due_at: str
    resolved_at: str | None
    policy: NotRequired[str | None]
    held_until: str | None
    next_try_at: str | None
    next_try_reason: str
    promise_due_at: str | None
    escalation_level: int
    reopened_count: int
    root_cause: NotRequired[str | None]
    url: str
    callback: CaseCall | None


class CauseLine(TypedDict):
    id: int
    key: str
    name: str
    names: dict[str, str]
    is_active: bool


class CauseListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[CauseLine]


class ChangeAnswer(TypedDict):
    filters: Covered
    n: int
    table: list[list[int]]
    nps_change: NpsOfTheSame | None
    bowker: ChiSquare | None
    stuart_maxwell: ChiSquare | None
    bhapkar: ChiSquare | None
    mcnemar_exact_p: float | None
    mcnemar: ChiSquare | None
    wilcoxon_p: float | None


class ChiSquare(TypedDict):
    statistic: float
    df: int
    p: float


class ComplaintLine(TypedDict):
    id: int
    contact: CaseContact
    account: CaseAccount | None
    reason: str
    reported_by: str
    reported_at: str
    ended_at: str | None
    ended_by: str


class ComplaintListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[ComplaintLine]


class Conflicts(TypedDict):
    owner_named: bool
    second_within_days: int


class ContactAnswer(TypedDict):
    external_id: str | None
    account: NotRequired[str | None]
    name: str
    email: str
    phone: str
    language: str
    time_zone: str
    title: str
    is_decision_maker: bool
    last_activity_at: str | None
    attributes: dict[str, Any]


class ContactBodyRequest(TypedDict):
    account: NotRequired[str]
    name: NotRequired[str]
    email: NotRequired[str]
    phone: NotRequired[str]
    language: NotRequired[str]
    time_zone: NotRequired[str]
    title: NotRequired[str]
    is_decision_maker: NotRequired[bool]
    last_activity_at: NotRequired[str]
    attributes: NotRequired[dict[str, Any]]


class ContactLine(TypedDict):
    external_id: str | None
    account: CaseAccount | None
    name: str
    email: str
    phone: str
    language: str
    time_zone: str
    title: str
    is_decision_maker: bool
    last_activity_at: str | None
    attributes: dict[str, Any]
    id: int
    opted_out_at: str | None
    erased_at: str | None
    created_at: str
    answers: int
    latest_score: int | None
    latest_category: CategoryEnum | NullEnum | None
    latest_at: str | None


class ContactListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[ContactLine]


class ContactSurveyLink(TypedDict):
    contact: str
    survey: str
    link: str
    scores: dict[str, str]


class ContactWhole(TypedDict):
    external_id: str | None
    account: CaseAccount | None
    name: str
    email: str
    phone: str
    language: str
    time_zone: str
    title: str
    is_decision_maker: bool
    last_activity_at: str | None
    attributes: dict[str, Any]
    id: int
    opted_out_at: str | None
    erased_at: str | None
    created_at: str
    answers: int
    latest_score: int | None
    latest_category: CategoryEnum | NullEnum | None
    latest_at: str | None
    scores: list[dict[str, Any]]


class ContactedBy(TypedDict):
    customer_clock: list[ThenLine]
    working_time: list[ThenLine]


class CountedShare(TypedDict):
    count: int
    n: int
    share: float | None
    interval: list[float] | None


Covered = TypedDict(
    "Covered",
    {
        "from": "str",
        "to": "str",
        "kind": "str",
        "survey": "str",
        "touchpoint": "str",
        "segment": "str",
        "country": "str",
        "account": "str",
        "team": "str",
    },
)


class CurrencyLine(TypedDict):
    currency: str
    all: MoneyOf
    at_risk: MoneyOf
    heard: MoneyOf
    recovered: MoneyOf
    coverage: float | None
    share_at_risk: float | None


class DataRequestLine(TypedDict):
    id: int
    wanted: WantedEnum
    contact: CaseContact | None
    account: NotRequired[CaseAccount | None]
    case: int | None
    asked_at: str
    noted_by: NotRequired[str | None]
    answer: AnswerEnum | BlankEnum
    answered_at: str | None
    answered_by: NotRequired[str | None]
    reason: str
    counts: dict[str, int]


class DataRequestListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[DataRequestLine]


class DeliveryLine(TypedDict):
    id: int
    webhook_id: str
    type: str
    happened_at: str
    state: DeliveryStateEnum
    attempts: int
    status: int | None
    took_ms: int | None
    trouble: str
    send_after: str
    sent_at: str | None


class DeliveryPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[DeliveryLine]


class EndpointBodyRequest(TypedDict):
    url: str
    name: str
    event_types: list[EventTypesEnum]


class EndpointLine(TypedDict):
    id: int
    name: str
    url: str
    event_types: list[str]
    is_on: bool
    why_off: WhyOffEnum | BlankEnum
    off_since: str | None
    failing_since: str | None
    created_at: str


class EndpointMade(TypedDict):
    id: int
    name: str
    url: str
    event_types: list[str]
    is_on: bool
    why_off: WhyOffEnum | BlankEnum
    off_since: str | None
    failing_since: str | None
    created_at: str
    secret: str


class EndpointPage(TypedDict):
    results: list[EndpointLine]


class EndpointSecret(TypedDict):
    secret: str


class EventBodyRequest(TypedDict):
    touchpoint: str
    contact: str
    occurred_at: str
    external_id: str


class EventLine(TypedDict):
    id: int
    touchpoint: str
    external_id: str
    occurred_at: str
    received_at: str
    settled_at: str | None
    reason: str
    contact: CaseContact
    account: CaseAccount | None
    invitation: AskedBecause | None


class EventPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[EventLine]


class EventTaken(TypedDict):
    id: int
    invitation: PlannedInvitation | None
    reason: str


class ExchangeRateBodyRequest(TypedDict):
    currency: str
    into: str
    rate: float | str
    on: str
    source: NotRequired[str]


class ExchangeRateLine(TypedDict):
    id: int
    currency: str
    into: str
    rate: str
    on: str
    source: str


class ExchangeRateList(TypedDict):
    results: list[ExchangeRateLine]


class FatigueLine(TypedDict):
    times: int
    or_more: bool
    contacts: int
    share: CountedShare


class FavourLine(TypedDict):
    id: int
    kind: FavourKindEnum
    may_name: bool
    may_call: bool
    text: str
    said_at: str
    revoked_at: str | None
    survey: str
    score: int
    contact: CaseContact
    account: CaseAccount | None


class FavourPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[FavourLine]


class FunnelLine(TypedDict):
    followed_up: int
    asked: int
    answered: int
    recovered: int
    improved: int
    unchanged: int
    worsened: int
    silent: int
    other_scale: int
    waiting: int


class FurtherAddress(TypedDict):
    channel: str
    shown: str
    kinds: list[str]
    trouble: str
    arrived_at: str | None


class GoalBodyRequest(TypedDict):
    points: int
    due_on: str
    baseline_first: str
    baseline_last: str
    survey: NotRequired[str]
    segment: NotRequired[str]
    is_active: NotRequired[bool]


GoalLine = TypedDict(
    "GoalLine",
    {
        "id": "int",
        "points": "int",
        "survey": "str",
        "segment": "str",
        "baseline_first": "str",
        "baseline_last": "str",
        "due_on": "str",
        "is_active": "bool",
        "is_over": "bool",
        "target": "float | None",
        "baseline": "NpsFigures",
        "current": "NpsFigures",
        "change": "Move | None",
        "finding": "GoalFindingEnum",
        "out_of_reach": "bool",
        "answers_needed": "int | None",
        "words": "str",
        "from": "str",
        "to": "str",
    },
)


class Goals(TypedDict):
    results: list[GoalLine]


class GuideLine(TypedDict):
    id: int
    survey: NotRequired[str | None]
    category: CategoryEnum | BlankEnum
    texts: Any
    questions: list[GuideQuestion]


class GuideListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[GuideLine]


class GuideQuestion(TypedDict):
    key: str
    kind: str
    required: NotRequired[bool]
    labels: NotRequired[Any]
    options: NotRequired[Any]


class HalfWidth(TypedDict):
    answers: int
    points: float


class HoldBodyRequest(TypedDict):
    until: str
    reason: str
    version: NotRequired[int]


class HoursBodyRequest(TypedDict):
    week: dict[str, Any] | None


class HoursShown(TypedDict):
    person: str
    is_own: bool
    week: dict[str, Any]
    time_zone: str
    calls_outside: list[str]


class HuddleAnswer(TypedDict):
    teams: list[str]
    voices: list[BoardCase]
    overdue: list[BoardItem]
    promised: list[BoardAgreed]
    learned: list[HuddleLesson]


class HuddleLesson(TypedDict):
    cause: str
    cases: list[dict[str, Any]]


class ImportLine(TypedDict):
    id: int
    kind: ImportKindEnum
    state: ImportStateEnum
    version: int
    filename: str
    size: int
    digest: str
    survey: NotRequired[str | None]
    uploaded_by: str
    uploaded_at: str
    rows: int | None
    position: int
    counts: dict[str, int]
    problem: str
    finished_at: str | None


class ImportListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[ImportLine]


class ImportReading(TypedDict):
    column_names: list[str]
    columns: dict[str, int]
    encoding: str | None
    delimiter: str | None
    dates: str | None
    zone: str | None
    follow_up: str | None
    all_or_nothing: bool | None
    cannot_start: str


class ImportStepBodyRequest(TypedDict):
    version: NotRequired[int]


class ImportUploadBodyRequest(TypedDict):
    kind: ImportKindEnum
    survey: NotRequired[str]
    file: Upload
    uploaded_by: NotRequired[str]


class ImportWhole(TypedDict):
    id: int
    kind: ImportKindEnum
    state: ImportStateEnum
    version: int
    filename: str
    size: int
    digest: str
    survey: NotRequired[str | None]
    uploaded_by: str
    uploaded_at: str
    rows: int | None
    position: int
    counts: dict[str, int]
    problem: str
    finished_at: str | None
    reading: ImportReading | None
    reasons: list[dict[str, Any]]
    story: list[dict[str, Any]]


class IntegrityAnswer(TypedDict):
    filters: Covered
    lines: list[IntegrityLine]


class IntegrityLine(TypedDict):
    key: str
    name: str
    count: int
    of: int
    about: IntegrityLineAboutEnum
    ids: list[int]


class KeepPromiseBodyRequest(TypedDict):
    version: NotRequired[int]


class Kind(TypedDict):
    kind: str
    is_wanted: bool


class LanguageLine(TypedDict):
    id: int
    language: str
    translated: int
    texts_in_all: int
    version: int


class LanguageListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[LanguageLine]


class LanguageWhole(TypedDict):
    id: int
    language: str
    translated: int
    texts_in_all: int
    version: int
    texts: dict[str, str]


class LeavingLine(TypedDict):
    day: str
    mails: int
    reminders: int
    held: int


class LeftOut(TypedDict):
    score: int
    n: int
    setting: str


class LinkLine(TypedDict):
    id: int
    name: str
    kind: LinkKindEnum
    language: str
    is_active: bool
    is_open: bool
    expires_at: str | None
    allowed_origins: list[str]
    created_at: str


class LinkListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[LinkLine]


class LinkWhole(TypedDict):
    id: int
    name: str
    kind: LinkKindEnum
    language: str
    is_active: bool
    is_open: bool
    expires_at: str | None
    allowed_origins: list[str]
    created_at: str
    answers: int


class LoopAnswer(TypedDict):
    filters: Covered
    by: ByEnum
    n: int
    contacted_in_time: ShareOf
    resolved: ShareOf
    not_reached: ShareOf
    withdrawn: ShareOf
    open: ShareOf
    reopened: ShareOf
    customer_confirmed: ShareOf
    contact_goal: float
    teams: list[TeamLoadLine]
    hours_to_first_contact: Waits
    hours_to_resolution: ResolutionWaits
    contacted_by: ContactedBy
    details: LoopDetailsOf
    rows: list[LoopLine]


class LoopDetailsOf(TypedDict):
    backlog_by_age: list[AgeLine]
    unreminded: ShareOf
    reminders_a_case: float | None
    promises_kept_in_time: ShareOf
    promises_kept_late: int


class LoopLine(TypedDict):
    key: str
    name: str
    opened_after: NotRequired[str]
    opened_before: NotRequired[str]
    contacted_in_time: ShareOf
    resolved: ShareOf


class LoopSharesAnswer(TypedDict):
    filters: Covered
    by: ByEnum
    n: int
    contacted_in_time: ShareOf
    resolved: ShareOf
    not_reached: ShareOf
    withdrawn: ShareOf
    open: ShareOf
    reopened: ShareOf
    customer_confirmed: ShareOf
    contact_goal: float
    teams: list[TeamLoadLine]


class MailAnswer(TypedDict):
    id: int
    state: StateEnum
    version: int
    resolution: ResolutionEnum | BlankEnum
    owner: NotRequired[str | None]
    owner_reason: str
    team: NotRequired[str | None]
    opened_at: str
    opened_by_word: str
    contact_due_at: str
    contacted_at: str | None
    resolve_due_at: str
    resolved_at: str | None
    policy: NotRequired[str | None]
    held_until: str | None
    next_try_at: str | None
    next_try_reason: str
    promise_due_at: str | None
    escalation_level: int
    reopened_count: int
    root_cause: NotRequired[str | None]
    url: str
    mail: MailLine


class MailBodyRequest(TypedDict):
    template: NotRequired[str]
    subject: NotRequired[str]
    body: NotRequired[str]
    version: NotRequired[int]


class MailLine(TypedDict):
    id: int
    direction: DirectionEnum
    state: MailStateEnum
    address: str
    name: str
    from_known_address: bool
    automatic: bool
    away_until: str | None
    subject: str
    body: str
    attachments: list[Attachment]
    problem: str
    at: str
    sent_at: str | None


class Me(TypedDict):
    kind: MeKindEnum
    name: str
    email: str | None
    role: RoleEnum | NullEnum | None
    teams: list[str]
    scopes: list[ScopesEnum]
    expires_at: str | None


class MemberLine(TypedDict):
    id: int
    contact: CaseContact
    account: CaseAccount | None
    asked: bool
    reason: str
    stratum: str
    due_at: NotRequired[str | None]
    sent_at: NotRequired[str | None]
    reminded_at: NotRequired[str | None]
    bounced_at: NotRequired[str | None]
    cancelled_at: NotRequired[str | None]
    cancel_reason: NotRequired[str | None]
    answered_at: str | None


class MemberListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[MemberLine]


class MessageLine(TypedDict):
    id: int
    kind: str
    channel: str
    state: MessageStateEnum
    to: str
    person: NotRequired[str | None]
    contact: CaseContact | None
    team: NotRequired[str | None]
    case: int | None
    wave: int | None
    language: str
    attempts: int
    error: str
    send_after: str
    created_at: str
    sent_at: str | None


class MessageListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[MessageLine]


class MoneyOf(TypedDict):
    accounts: int
    value: str


class Move(TypedDict):
    points: float
    interval: list[float]
    p: float
    beyond_chance: bool


class MovePromiseBodyRequest(TypedDict):
    due_at: str
    reason: str
    version: NotRequired[int]


class MyMessages(TypedDict):
    kinds: list[Kind]
    addresses: list[FurtherAddress]


class NoteBodyRequest(TypedDict):
    note: str
    version: NotRequired[int]


class NoticeLine(TypedDict):
    id: int
    kind: str
    case: int
    who: str
    score: int
    category: CategoryEnum
    at: NotRequired[str | None]
    read_at: str | None


class NoticeListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[NoticeLine]


class NpsAnswer(TypedDict):
    n: int | None
    promoter: int | None
    passive: int | None
    detractor: int | None
    nps: float | None
    interval: list[float] | None
    filters: Covered
    by: ByEnum
    no_total_because: str
    groups: list[NpsGroupTotal]
    warnings: list[ScaleWarningLine]
    rows: list[NpsLine]
    few: bool
    change: NpsChange | None
    rolling_year: list[RollingLine]
    weighed: WeighedAnswer | None


class NpsChange(TypedDict):
    points: float
    interval: list[float]
    p: float
    beyond_chance: bool
    n_before: int
    pairs_of_the_same_people: int
    smallest_detectable: float | None


class NpsFigures(TypedDict):
    n: int | None
    promoter: int | None
    passive: int | None
    detractor: int | None
    nps: float | None
    interval: list[float] | None


class NpsGroupTotal(TypedDict):
    n: int | None
    promoter: int | None
    passive: int | None
    detractor: int | None
    nps: float | None
    interval: list[float] | None
    scale: list[int]
    recovery: bool
    rows_left_out: int


NpsLine = TypedDict(
    "NpsLine",
    {
        "from": "NotRequired[str]",
        "to": "NotRequired[str]",
        "n": "int | None",
        "promoter": "int | None",
        "passive": "int | None",
        "detractor": "int | None",
        "nps": "float | None",
        "interval": "list[float] | None",
        "scale": "list[int]",
        "recovery": "bool",
        "key": "str",
        "name": "str",
        "against_others": "AgainstOthersLine | None",
    },
)


class NpsOfTheSame(TypedDict):
    points: float
    interval: list[float]


class NpsOverviewAnswer(TypedDict):
    n: int | None
    promoter: int | None
    passive: int | None
    detractor: int | None
    nps: float | None
    interval: list[float] | None
    filters: Covered
    by: ByEnum
    no_total_because: str
    groups: list[NpsGroupTotal]
    warnings: list[ScaleWarningLine]
    rows: list[NpsLine]
    few: bool
    change: NpsChange | None


class OpenedCase(TypedDict):
    id: int
    state: StateEnum
    owner: str | None
    contact_due_at: str
    url: str


class OptionalReasonBodyRequest(TypedDict):
    reason: NotRequired[str]
    version: NotRequired[int]


class OverviewAnswer(TypedDict):
    nps: NpsOverviewAnswer
    loop: LoopSharesAnswer
    recovery: RecoveryAnswer
    responses: ResponseRateAnswer
    goals: list[GoalLine]


class PatchedImportChoicesBodyRequest(TypedDict):
    version: NotRequired[int]
    survey: NotRequired[str]
    encoding: NotRequired[EncodingEnum | NullEnum | None]
    delimiter: NotRequired[DelimiterEnum | NullEnum | None]
    dates: NotRequired[DatesEnum | NullEnum | None]
    zone: NotRequired[str]
    follow_up: NotRequired[FollowUpEnum]
    all_or_nothing: NotRequired[bool]
    columns: NotRequired[dict[str, int | None]]


class PeopleAnswer(TypedDict):
    filters: Covered
    overall: ShareOf
    fewest_to_tell: int
    fewest_to_rank: int
    people: list[Person]


class Person(TypedDict):
    email: str
    name: str
    n: int
    may_rank: bool
    figures: PersonFigures | None


class PersonFigures(TypedDict):
    solved: ShareOf
    solved_shrunk: float
    limits_95: list[float]
    limits_998: list[float]
    expected: float
    observed_minus_expected: float
    outside: bool
    confirmed: ShareOf
    in_time: ShareOf


class PersonLine(TypedDict):
    id: int
    email: str
    name: str
    name_for_customers: str
    role: RoleEnum
    is_active: bool
    teams: list[str]
    language: str
    time_zone: str
    joined_at: str
    invited_at: str | None
    away_until: str | None
    stand_in: NotRequired[str | None]


class PersonListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[PersonLine]


class Plan(TypedDict):
    answers: int
    asked: int | None
    too_many: bool


class PlanNextBodyRequest(TypedDict):
    at: str | None
    reason: NotRequired[str]
    version: NotRequired[int]


class PlannedInvitation(TypedDict):
    id: int
    send_after: str


class PlannerAnswer(TypedDict):
    filters: Covered
    contacts: int
    variance: float
    is_own: bool
    n: int | None
    response_rate: ShareOf
    width: float
    for_width: Plan
    change: float
    for_change: Plan
    half_widths: list[HalfWidth]


class PolicyLine(TypedDict):
    id: int
    name: str
    is_default: bool
    is_active: bool
    position: int
    segment: str
    min_score: int | None
    max_score: int | None
    min_value: str | None
    max_value: str | None
    calendar: str
    contact_minutes: int
    urgent_contact_minutes: int
    urgent_max_score: int
    resolve_minutes: int
    overdue_repeat_minutes: int
    leadership_minutes: int
    fallback: NotRequired[str | None]
    attempts_before_unreached: int
    recovery_after_days: int


class PolicyListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[PolicyLine]


class PooledOdds(TypedDict):
    ratio: float
    interval: list[float]
    statistic: float
    p: float


class Problem(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[dict[str, list[str]]]
    state: NotRequired[str]
    version: NotRequired[int]


class ProgrammeAnswer(TypedDict):
    total: RateOf
    by_wave: list[RateOf]
    by_channel: list[RateOf]
    by_segment: list[RateOf]
    unasked: list[UnaskedLine]
    silent: list[ReasonLine]
    never_left: list[ReasonLine]
    fatigue: list[FatigueLine]
    leaving: list[LeavingLine]


class PromiseBodyRequest(TypedDict):
    what: str
    due_at: str
    promised_by: NotRequired[str]
    version: NotRequired[int]


class PromiseLine(TypedDict):
    id: int
    what: str
    promised_by: NotRequired[str | None]
    due_at: str
    created_at: str
    ended_at: str | None
    ending: EndingEnum | BlankEnum
    end_reason: str
    case: int
    contact: CaseContact | None
    account: CaseAccount | None


class PromiseListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[PromiseLine]


class PullLine(TypedDict):
    id: int
    name: str
    kind: ImportKindEnum
    survey: NotRequired[str | None]
    place: PlaceEnum
    url: str
    path: str
    sign_in: SignInEnum | BlankEnum
    rhythm: RhythmEnum
    hour: int
    weekday: int
    is_active: bool
    set_up_by: str
    due_at: str
    failures: int
    failing_since: str | None
    last_at: str | None
    last_outcome: PullOutcomeEnum | NullEnum | None
    version: int


class PullListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[PullLine]


class QuietAnswer(TypedDict):
    results: list[RoleHours]


class RateLine(TypedDict):
    count: int
    n: int
    share: float | None
    interval: list[float] | None
    key: str
    name: str
    stands_out: bool


class RateOf(TypedDict):
    name: str
    wave: int | None
    sent: int
    answered: CountedShare


class ReasonBodyRequest(TypedDict):
    reason: str
    version: NotRequired[int]


class ReasonLine(TypedDict):
    reason: str
    words: str
    count: int


class RecoveryAnswer(TypedDict):
    filters: Covered
    by: ByEnum
    n: int
    n_comparison: int
    observed: int
    expected: float
    observed_share: float | None
    expected_share: float | None
    effect: float | None
    standard_error: float | None
    interval: list[float] | None
    smallest_detectable: float | None
    left_out: list[LeftOut]
    passed_over: int
    unrecorded: int
    adjusted: SecondEstimate | None
    odds_ratio: PooledOdds | None
    bounds: list[float] | None
    contacted_late: int
    verdict: RecoveryVerdict
    funnel: FunnelLine
    answer_rate: ShareOf
    answer_rate_unreached: ShareOf
    rows: list[RecoveryLine]


class RecoveryLine(TypedDict):
    key: str
    name: str
    n: int
    observed: int
    expected: float


class RecoveryVerdict(TypedDict):
    finding: FindingEnum
    reason: RecoveryVerdictReasonEnum | BlankEnum
    words: str
    assumption: str


class ReplayAnswer(TypedDict):
    replayed: int


class ReplayBodyRequest(TypedDict):
    delivery: NotRequired[int]
    since: NotRequired[str]


class ResolutionWait(TypedDict):
    median: float | None
    interval: list[float | None]
    n: int
    waiting: int
    closed_unsolved: int


class ResolutionWaits(TypedDict):
    customer_clock: ResolutionWait
    working_time: ResolutionWait


class ResolveBodyRequest(TypedDict):
    root_cause: str
    summary: str
    promises_reason: NotRequired[str]
    also: NotRequired[list[AlsoCaseRequest]]
    version: NotRequired[int]


class RespondentRequest(TypedDict):
    email: str
    name: NotRequired[str]
    account: NotRequired[str]


class ResponseLine(TypedDict):
    id: int
    survey: str
    source: str
    external_id: str
    score: int
    category: CategoryEnum
    comment: str | None
    responded_at: str
    received_at: str
    revised_at: str | None
    is_late: bool
    wants_callback: bool | None
    wants_someone_else: bool | None
    language: str
    contact: CaseContact | None
    respondent: CaseRespondent | None
    account: NotRequired[CaseAccount | None]
    case: int | None


class ResponseListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[ResponseLine]


class ResponseRateAnswer(TypedDict):
    filters: Covered
    sent: int
    came_back: int
    answered: ShareOf
    silent: int
    by_segment: list[RateLine]
    by_size: list[RateLine]
    by_channel: list[RateLine]
    nps_of_those_who_answered: NpsFigures
    nps_of_all_asked_lies_between: list[float] | None
    detractors_of_all_asked_lie_between: list[float] | None
    if_silent_20_points_less_happy: float | None


class ResumeBodyRequest(TypedDict):
    version: NotRequired[int]


class RevenueAnswer(TypedDict):
    filters: Covered
    currencies: list[CurrencyLine]
    without_value: WithoutValue
    together: CurrencyLine | None
    rates_of: str | None


class RoleHours(TypedDict):
    role: RoleEnum
    begins: int
    ends: int
    on_days_off: bool
    urgent_anyway: bool


RollingLine = TypedDict(
    "RollingLine",
    {
        "from": "str",
        "to": "str",
        "n": "int | None",
        "promoter": "int | None",
        "passive": "int | None",
        "detractor": "int | None",
        "nps": "float | None",
        "interval": "list[float] | None",
        "key": "str",
        "name": "str",
        "against_others": "AgainstOthersLine | None",
    },
)


class RuleLine(TypedDict):
    id: int
    position: int
    name: str
    is_active: bool
    segment: str
    country: str
    survey: NotRequired[str | None]
    touchpoint: str
    language: str
    min_score: int | None
    max_score: int | None
    min_value: str | None
    max_value: str | None
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    sharing: SharingEnum


class RuleListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[RuleLine]


class Rules(TypedDict):
    after_answer_days: int
    after_silence_days: int
    between_mails_days: int
    closed_months: list[int]
    version: int


class RunLine(TypedDict):
    id: int
    at: str
    asked_by: NotRequired[str | None]
    outcome: PullOutcomeEnum
    filename: str
    size: int
    file_import: int | None
    problem: str
    ended_at: str | None


class RunListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[RunLine]


class SavedViewLine(TypedDict):
    id: int
    name: str
    query: str
    is_start: bool
    created_at: str


class SavedViewListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[SavedViewLine]


class ScaleWarningLine(TypedDict):
    survey: str
    warning: WarningEnum
    zeros: int
    n: int
    words: str


class SecondEstimate(TypedDict):
    effect: float
    interval: list[float]
    n: int


class SeriesLine(TypedDict):
    id: int
    survey: str
    plan: Any
    every: SeriesLineEveryEnum
    left_out: list[int]
    approves_itself: bool
    first_on: str
    next_on: str
    created_at: str
    created_by: str
    stopped_at: str | None
    stopped_by: str
    turns: list[TurnLine]


class SeriesListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[SeriesLine]


class ShareOf(TypedDict):
    count: int
    n: int
    share: float | None
    interval: list[float] | None


class SnoozeBodyRequest(TypedDict):
    until: str


class Snoozed(TypedDict):
    case: int
    until: str | None


class SomeoneElseBodyRequest(TypedDict):
    version: int


class SourceLine(TypedDict):
    id: int
    name: str
    kind: SourceKindEnum
    survey: str
    is_active: bool
    only_survey: str
    score_question: str
    comment_question: str
    mapping: Any
    refused_count: int
    refused_at: str | None
    refused_why: str
    waiting: int
    not_taken: int
    created_at: str
    version: int


class SourceListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[SourceLine]


class StopBodyRequest(TypedDict):
    reason: str


class StoppedLine(TypedDict):
    id: int
    reason: str
    created_at: str
    contacts: list[CaseContact]
    bounce_status: NotRequired[str | None]


class StoppedListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[StoppedLine]


class StudyBodyRequest(TypedDict):
    survey: str
    decides_at: str
    expected_share: float
    smallest_effect: float
    exempt_up_to: NotRequired[int | None]
    exempt_value: NotRequired[str | None]


class StudyLine(TypedDict):
    id: int
    survey: str
    starts_at: str
    decides_at: str
    stopped_at: str | None
    stop_reason: str
    seed: str
    expected_share: float
    smallest_effect: float
    answers_planned: int
    exempt_up_to: int | None
    exempt_value: str | None
    drawn: int
    called_first: ArmLine
    called_later: ArmLine
    effect: float | None
    interval: list[float] | None
    bounds: list[float] | None
    smallest_detectable: float | None
    finding: FindingEnum
    reason: StudyLineReasonEnum | BlankEnum
    words: str


class StudyList(TypedDict):
    results: list[StudyLine]


class SubscriptionBodyRequest(TypedDict):
    report: ReportEnum
    every: ReportEveryEnum
    days: NotRequired[int]
    filters: NotRequired[SubscriptionFiltersRequest]


class SubscriptionFilters(TypedDict):
    kind: NotRequired[str]
    survey: NotRequired[str]
    touchpoint: NotRequired[str]
    segment: NotRequired[str]
    country: NotRequired[str]
    account: NotRequired[str]
    team: NotRequired[str]
    by: NotRequired[str]


class SubscriptionFiltersRequest(TypedDict):
    kind: NotRequired[str]
    survey: NotRequired[str]
    touchpoint: NotRequired[str]
    segment: NotRequired[str]
    country: NotRequired[str]
    account: NotRequired[str]
    team: NotRequired[str]
    by: NotRequired[str]


class SubscriptionLine(TypedDict):
    id: int
    report: str
    every: ReportEveryEnum
    days: int
    filters: SubscriptionFilters
    created_at: str
    stopped_at: str | None
    stop_reason: str


class SubscriptionListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[SubscriptionLine]


class SurveyLine(TypedDict):
    id: int
    key: str
    name: str
    kind: SurveyKindEnum
    scale_min: int
    scale_max: int
    is_active: bool
    sender_name: str
    closes_at: str | None
    open_days: int
    remind_after_days: int
    languages: list[str]
    answers: int
    waves: int
    version: int


class SurveyListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[SurveyLine]


class SurveyWhole(TypedDict):
    id: int
    key: str
    name: str
    kind: SurveyKindEnum
    scale_min: int
    scale_max: int
    is_active: bool
    sender_name: str
    closes_at: str | None
    open_days: int
    remind_after_days: int
    languages: list[str]
    answers: int
    waves: int
    version: int
    wordings: list[Wording]


class SuspectLine(TypedDict):
    id: int
    survey: str
    score: int
    comment: str
    suspicion: SuspicionEnum
    at: str
    contact: NotRequired[CaseContact | None]
    link: NotRequired[str | None]
    settled_at: str | None
    settlement: SettlementEnum | BlankEnum
    settled_by: str


class SuspectListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[SuspectLine]


class SwitchBodyRequest(TypedDict):
    is_on: bool


class TakeBodyRequest(TypedDict):
    version: NotRequired[int]


class TeamLine(TypedDict):
    id: int
    name: str
    is_fallback: bool
    calendar: NotRequired[str | None]
    members: list[str]
    leads: list[str]
    open_cases: int
    has_lead: bool


class TeamListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[TeamLine]


class TeamLoadLine(TypedDict):
    team: int | None
    name: str
    open: int
    overdue: int


class TemplateLine(TypedDict):
    id: int
    key: str
    language: str
    name: str
    subject: str
    text: str
    position: int
    is_active: bool


class TemplateListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[TemplateLine]


class ThanksPolicyBodyRequest(TypedDict):
    promoter_thanks: ThankEnum
    promoter_ask: AskEnum | BlankEnum
    passive_thanks: ThankEnum
    passive_ask: AskEnum | BlankEnum
    review_url: NotRequired[str]
    referral_url: NotRequired[str]
    quiet_days: int
    own_words: NotRequired[dict[str, Any]]
    version: NotRequired[int]


class ThanksPolicyShown(TypedDict):
    survey: str
    promoter_thanks: str
    promoter_ask: str
    passive_thanks: str
    passive_ask: str
    review_url: str
    referral_url: str
    quiet_days: int
    own_words: dict[str, Any]
    version: int


class ThenLine(TypedDict):
    hours: float
    contacted: float
    interval: list[float]
    closed_otherwise: float
    waiting: float


class TriggerLine(TypedDict):
    id: int
    touchpoint: str
    survey: str
    delay_minutes: int
    weekday: int | None
    quiet_days: int
    asks_sooner: bool
    channel: str
    is_active: bool
    version: int


class TriggerListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[TriggerLine]


class TryAnswer(TypedDict):
    owner: str | None
    team: str | None
    reason: str
    looked_at: list[TryLook]


class TryBodyRequest(TypedDict):
    contact: str
    score: int
    survey: NotRequired[str]
    comment: NotRequired[str]
    touchpoint: NotRequired[str]
    wants_someone_else: NotRequired[bool]


class TryLook(TypedDict):
    name: str
    decided: bool
    why: str


class TurnLine(TypedDict):
    on: str
    wave: int | None
    skipped: str
    note: str


class UnaskedLine(TypedDict):
    name: str
    answers: int


class Wait(TypedDict):
    median: float | None
    interval: list[float | None]
    n: int
    waiting: int
    closed_without_contact: int


class Waits(TypedDict):
    customer_clock: Wait
    working_time: Wait


class WaveFar(TypedDict):
    asked: int
    sent: int
    answered: int
    reminded: int
    bounced: int
    waiting: int
    left_out: list[WaveLeftOut]


class WaveLeftOut(TypedDict):
    reason: str
    count: int


class WaveLine(TypedDict):
    id: int
    name: str
    survey: str
    state: WaveStateEnum
    channel: str
    starts_on: str
    asked: int
    sent: int
    answered: int
    created_at: str
    approved_at: str | None
    closed_at: str | None


class WaveListPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[WaveLine]


class WavePlan(TypedDict):
    method: MethodEnum
    share: str
    count: int | None
    strata: list[str]
    at_least: int
    filters: Any
    seed: int
    per_hour: int
    remind_after_days: int
    open_days: int
    created_by: str
    planned_at: str | None
    approved_by: str
    scheduled_at: str | None
    halted_at: str | None


class WaveWhole(TypedDict):
    id: int
    name: str
    survey: str
    state: WaveStateEnum
    channel: str
    starts_on: str
    asked: int
    sent: int
    answered: int
    created_at: str
    approved_at: str | None
    closed_at: str | None
    plan: WavePlan | None
    progress: WaveFar | None
    reasons: list[WaveLeftOut] | None


class WeighedAnswer(TypedDict):
    figures: list[WeighedLine]
    without_account: int


class WeighedLine(TypedDict):
    weighing: WeighingEnum
    currency: str
    nps: float
    standard_error: float | None
    interval: list[float] | None
    accounts: int
    effective_accounts: float
    n: int
    by_student: bool


class WithoutValue(TypedDict):
    all: int
    at_risk: int
    heard: int
    recovered: int


class WordRuleBodyRequest(TypedDict):
    for_promoters: bool
    for_passives: bool
    words: dict[str, list[str]]


class WordRuleChangeRequest(TypedDict):
    for_promoters: bool
    for_passives: bool
    words: dict[str, list[str]]
    version: NotRequired[int]


class WordRuleShown(TypedDict):
    survey: str
    for_promoters: bool
    for_passives: bool
    words: dict[str, list[str]]
    version: int


class Wording(TypedDict):
    language: str
    subject: str
    reminder_subject: str
    introduction: str
    question: str
    low_label: str
    high_label: str
    follow_up_promoter: str
    follow_up_other: str
    thanks: str
    who_reads: str
    version: int


class WouldOpenAnswer(TypedDict):
    looked_at: int
    would_open: int
    answers: list[WouldOpenLine]


class WouldOpenLine(TypedDict):
    response: int
    score: int
    category: CategoryEnum
    word: str


class Loop(Connection):
    """Every call of the API, by the name it has in the description."""

    def list_absences(self) -> AbsencePage:
        """List absences that are planned or running."""
        answer: AbsencePage = self._call("GET", "/api/v1/absences/")
        return answer

    def create_absence(self, body: AbsenceBodyRequest, *, idempotency_key: str | None = None) -> AbsenceLine:
        """Say that somebody will be away."""
        answer: AbsenceLine = self._call("POST", "/api/v1/absences/", body=body, idempotency_key=idempotency_key)
        return answer

    def end_absence(self, absence_id: int, *, idempotency_key: str | None = None) -> None:
        """Somebody is back early, or does not go."""
        self._call("POST", f"/api/v1/absences/{_part(absence_id)}/end/", idempotency_key=idempotency_key)

    def list_accounts(
        self,
        *,
        country: str | None = None,
        cursor: str | None = None,
        open_cases: Literal["true", "false"] | None = None,
        owner: str | None = None,
        page_size: int | None = None,
        q: str | None = None,
        segment: str | None = None,
    ) -> AccountListPage:
        """List accounts."""
        answer: AccountListPage = self._call(
            "GET",
            "/api/v1/accounts/",
            query={
                "country": country,
                "cursor": cursor,
                "open_cases": open_cases,
                "owner": owner,
                "page_size": page_size,
                "q": q,
                "segment": segment,
            },
        )
        return answer

    def get_account(self, external_id: str) -> AccountWhole:
        """One account."""
        answer: AccountWhole = self._call("GET", f"/api/v1/accounts/{_part(external_id)}/")
        return answer

    def put_account(self, external_id: str, body: AccountBodyRequest | None = None) -> AccountAnswer:
        """Create or update an account."""
        answer: AccountAnswer = self._call("PUT", f"/api/v1/accounts/{_part(external_id)}/", body=body or {})
        return answer

    def list_answer_sources(
        self,
        *,
        cursor: str | None = None,
        is_active: Literal["true", "false"] | None = None,
        kind: Literal[
            "typeform", "surveymonkey", "delighted", "asknicely", "survicate", "wootric", "hubspot", "standard", "json"
        ]
        | None = None,
        page_size: int | None = None,
        survey: str | None = None,
    ) -> SourceListPage:
        """List survey tools that tell us of answers."""
        answer: SourceListPage = self._call(
            "GET",
            "/api/v1/answer-sources/",
            query={"cursor": cursor, "is_active": is_active, "kind": kind, "page_size": page_size, "survey": survey},
        )
        return answer

    def get_answer_source(self, source_id: int) -> SourceLine:
        """One answer source."""
        answer: SourceLine = self._call("GET", f"/api/v1/answer-sources/{_part(source_id)}/")
        return answer

    def list_arrivals(
        self,
        source_id: int,
        *,
        arrived_after: str | None = None,
        arrived_before: str | None = None,
        cursor: str | None = None,
        external_id: str | None = None,
        page_size: int | None = None,
        state: Literal["waiting", "done", "ignored", "refused", "failed"] | None = None,
    ) -> ArrivalListPage:
        """List what arrived from a survey tool."""
        answer: ArrivalListPage = self._call(
            "GET",
            f"/api/v1/answer-sources/{_part(source_id)}/arrivals/",
            query={
                "arrived_after": arrived_after,
                "arrived_before": arrived_before,
                "cursor": cursor,
                "external_id": external_id,
                "page_size": page_size,
                "state": state,
            },
        )
        return answer

    def get_arrival(self, arrival_id: int, source_id: int) -> ArrivalLine:
        """One arrival."""
        answer: ArrivalLine = self._call(
            "GET", f"/api/v1/answer-sources/{_part(source_id)}/arrivals/{_part(arrival_id)}/"
        )
        return answer

    def list_assignment_rules(
        self,
        *,
        cursor: str | None = None,
        is_active: Literal["true", "false"] | None = None,
        page_size: int | None = None,
    ) -> RuleListPage:
        """List the rules of assignment."""
        answer: RuleListPage = self._call(
            "GET", "/api/v1/assignment-rules/", query={"cursor": cursor, "is_active": is_active, "page_size": page_size}
        )
        return answer

    def get_assignment_rule(self, rule_id: int) -> RuleLine:
        """One assignment rule."""
        answer: RuleLine = self._call("GET", f"/api/v1/assignment-rules/{_part(rule_id)}/")
        return answer

    def get_conflict_policy(self) -> Conflicts:
        """When the lead takes the first look."""
        answer: Conflicts = self._call("GET", "/api/v1/assignment/conflicts/")
        return answer

    def try_assignment(self, body: TryBodyRequest, *, idempotency_key: str | None = None) -> TryAnswer:
        """Who would get such an answer, and why?."""
        answer: TryAnswer = self._call("POST", "/api/v1/assignment/try/", body=body, idempotency_key=idempotency_key)
        return answer

    def list_benchmarks(self) -> Benchmarks:
        """Values of others, with their sources."""
        answer: Benchmarks = self._call("GET", "/api/v1/benchmarks/")
        return answer

    def create_benchmark(self, body: BenchmarkBodyRequest, *, idempotency_key: str | None = None) -> BenchmarkLine:
        """Add a value somebody published."""
        answer: BenchmarkLine = self._call("POST", "/api/v1/benchmarks/", body=body, idempotency_key=idempotency_key)
        return answer

    def put_benchmark(self, benchmark_id: int, body: BenchmarkBodyRequest) -> BenchmarkLine:
        """Change a value of others, retire it or bring it back."""
        answer: BenchmarkLine = self._call("PUT", f"/api/v1/benchmarks/{_part(benchmark_id)}/", body=body)
        return answer

    def get_board(self, *, team: str | None = None) -> BoardAnswer:
        """How a team is doing."""
        answer: BoardAnswer = self._call("GET", "/api/v1/board/", query={"team": team})
        return answer

    def list_calendars(self, *, cursor: str | None = None, page_size: int | None = None) -> CalendarListPage:
        """List working calendars."""
        answer: CalendarListPage = self._call(
            "GET", "/api/v1/calendars/", query={"cursor": cursor, "page_size": page_size}
        )
        return answer

    def get_calendar(self, calendar_id: int) -> CalendarLine:
        """One calendar."""
        answer: CalendarLine = self._call("GET", f"/api/v1/calendars/{_part(calendar_id)}/")
        return answer

    def list_calls(
        self,
        *,
        case: int | None = None,
        cursor: str | None = None,
        owner: str | None = None,
        page_size: int | None = None,
        starts_after: str | None = None,
        starts_before: str | None = None,
        state: Literal["booked", "cancelled", "held", "missed"] | None = None,
    ) -> CallListPage:
        """List calls agreed with customers."""
        answer: CallListPage = self._call(
            "GET",
            "/api/v1/calls/",
            query={
                "case": case,
                "cursor": cursor,
                "owner": owner,
                "page_size": page_size,
                "starts_after": starts_after,
                "starts_before": starts_before,
                "state": state,
            },
        )
        return answer

    def get_call(self, call_id: int) -> CallLine:
        """One call."""
        answer: CallLine = self._call("GET", f"/api/v1/calls/{_part(call_id)}/")
        return answer

    def list_cases(
        self,
        *,
        account: str | None = None,
        category: Literal["detractor", "passive", "promoter"] | None = None,
        cursor: str | None = None,
        opened_after: str | None = None,
        opened_before: str | None = None,
        ordering: Literal[
            "opened_at",
            "-opened_at",
            "contact_due_at",
            "-contact_due_at",
            "resolve_due_at",
            "-resolve_due_at",
            "escalation_level",
            "-escalation_level",
            "score",
            "-score",
            "id",
            "-id",
        ]
        | None = None,
        overdue: Literal["true", "false"] | None = None,
        owner: str | None = None,
        page_size: int | None = None,
        q: str | None = None,
        state: Literal["new", "contacted", "resolved"] | None = None,
        team: str | None = None,
    ) -> CasePage:
        """List cases."""
        answer: CasePage = self._call(
            "GET",
            "/api/v1/cases/",
            query={
                "account": account,
                "category": category,
                "cursor": cursor,
                "opened_after": opened_after,
                "opened_before": opened_before,
                "ordering": ordering,
                "overdue": overdue,
                "owner": owner,
                "page_size": page_size,
                "q": q,
                "state": state,
                "team": team,
            },
        )
        return answer

    def get_case(self, case_id: int) -> CaseWhole:
        """A case and its story."""
        answer: CaseWhole = self._call("GET", f"/api/v1/cases/{_part(case_id)}/")
        return answer

    def assign_case(self, case_id: int, body: AssignBodyRequest, *, idempotency_key: str | None = None) -> CaseState:
        """Give the case to somebody."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/assign/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def attempt_case(self, case_id: int, body: AttemptBodyRequest, *, idempotency_key: str | None = None) -> CaseState:
        """Log a try to reach the customer."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/attempt/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def call_case(self, case_id: int, body: CallBodyRequest, *, idempotency_key: str | None = None) -> CaseWithCall:
        """Agree on a call, or move it."""
        answer: CaseWithCall = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/call/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def cancel_call_case(
        self, case_id: int, body: CancelCallBodyRequest | None = None, *, idempotency_key: str | None = None
    ) -> CaseWithCall:
        """Call an agreed call off."""
        answer: CaseWithCall = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/call/cancel/", body=body or {}, idempotency_key=idempotency_key
        )
        return answer

    def close_unreached_case(
        self, case_id: int, body: OptionalReasonBodyRequest | None = None, *, idempotency_key: str | None = None
    ) -> CaseState:
        """Close a case whose customer could not be reached."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/close_unreached/", body=body or {}, idempotency_key=idempotency_key
        )
        return answer

    def escalate_case(self, case_id: int, body: ReasonBodyRequest, *, idempotency_key: str | None = None) -> CaseState:
        """Raise the case one level."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/escalate/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def hold_case(self, case_id: int, body: HoldBodyRequest, *, idempotency_key: str | None = None) -> CaseState:
        """Wait, as the customer asked: the staff's clock stands still."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/hold/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def mail_case(
        self, case_id: int, body: MailBodyRequest | None = None, *, idempotency_key: str | None = None
    ) -> MailAnswer:
        """Write to the customer."""
        answer: MailAnswer = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/mail/", body=body or {}, idempotency_key=idempotency_key
        )
        return answer

    def note_case(self, case_id: int, body: NoteBodyRequest, *, idempotency_key: str | None = None) -> CaseState:
        """Add words to the timeline."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/note/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def plan_next_case(
        self, case_id: int, body: PlanNextBodyRequest, *, idempotency_key: str | None = None
    ) -> CaseState:
        """Plan when to try the customer next."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/plan_next/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def promise_case(self, case_id: int, body: PromiseBodyRequest, *, idempotency_key: str | None = None) -> CaseState:
        """Note what was promised to the customer."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/promise/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def reopen_case(self, case_id: int, body: ReasonBodyRequest, *, idempotency_key: str | None = None) -> CaseState:
        """Open a resolved case again."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/reopen/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def resolve_case(self, case_id: int, body: ResolveBodyRequest, *, idempotency_key: str | None = None) -> CaseState:
        """Close a contacted case as solved."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/resolve/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def resume_case(
        self, case_id: int, body: ResumeBodyRequest | None = None, *, idempotency_key: str | None = None
    ) -> CaseState:
        """Let the staff's clock run again before the hold ends."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/resume/", body=body or {}, idempotency_key=idempotency_key
        )
        return answer

    def snooze_case(self, case_id: int, body: SnoozeBodyRequest, *, idempotency_key: str | None = None) -> Snoozed:
        """Put off being reminded of a case."""
        answer: Snoozed = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/snooze/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def someone_else_case(
        self, case_id: int, body: SomeoneElseBodyRequest, *, idempotency_key: str | None = None
    ) -> CaseState:
        """The customer asks for somebody other than their usual contact."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/someone_else/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def take_case(
        self, case_id: int, body: TakeBodyRequest | None = None, *, idempotency_key: str | None = None
    ) -> CaseState:
        """Take a case that waits in a queue."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/take/", body=body or {}, idempotency_key=idempotency_key
        )
        return answer

    def wake_case(self, case_id: int, *, idempotency_key: str | None = None) -> Snoozed:
        """Be reminded of a case as usual again."""
        answer: Snoozed = self._call("POST", f"/api/v1/cases/{_part(case_id)}/wake/", idempotency_key=idempotency_key)
        return answer

    def withdraw_case(self, case_id: int, body: ReasonBodyRequest, *, idempotency_key: str | None = None) -> CaseState:
        """Close a case that should not be followed up."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/cases/{_part(case_id)}/withdraw/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def list_complaints(
        self,
        *,
        account: str | None = None,
        contact: str | None = None,
        cursor: str | None = None,
        ended: Literal["true", "false"] | None = None,
        page_size: int | None = None,
    ) -> ComplaintListPage:
        """List complaints that hold surveys back."""
        answer: ComplaintListPage = self._call(
            "GET",
            "/api/v1/complaints/",
            query={"account": account, "contact": contact, "cursor": cursor, "ended": ended, "page_size": page_size},
        )
        return answer

    def get_complaint(self, complaint_id: int) -> ComplaintLine:
        """One complaint."""
        answer: ComplaintLine = self._call("GET", f"/api/v1/complaints/{_part(complaint_id)}/")
        return answer

    def list_contacts(
        self,
        *,
        account: str | None = None,
        category: Literal["detractor", "passive", "promoter"] | None = None,
        cursor: str | None = None,
        email: str | None = None,
        language: str | None = None,
        opted_out: Literal["true", "false"] | None = None,
        page_size: int | None = None,
        q: str | None = None,
    ) -> ContactListPage:
        """List contacts."""
        answer: ContactListPage = self._call(
            "GET",
            "/api/v1/contacts/",
            query={
                "account": account,
                "category": category,
                "cursor": cursor,
                "email": email,
                "language": language,
                "opted_out": opted_out,
                "page_size": page_size,
                "q": q,
            },
        )
        return answer

    def get_contact(self, external_id: str) -> ContactWhole:
        """One contact."""
        answer: ContactWhole = self._call("GET", f"/api/v1/contacts/{_part(external_id)}/")
        return answer

    def put_contact(self, external_id: str, body: ContactBodyRequest | None = None) -> ContactAnswer:
        """Create or update a contact."""
        answer: ContactAnswer = self._call("PUT", f"/api/v1/contacts/{_part(external_id)}/", body=body or {})
        return answer

    def get_survey_link(self, external_id: str, *, survey: str | None = None) -> ContactSurveyLink:
        """A contact's link for your own mails."""
        answer: ContactSurveyLink = self._call(
            "GET", f"/api/v1/contacts/{_part(external_id)}/survey-link/", query={"survey": survey}
        )
        return answer

    def list_data_requests(
        self,
        *,
        answered: Literal["true", "false"] | None = None,
        contact: str | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
        wanted: Literal["export", "erase"] | None = None,
    ) -> DataRequestListPage:
        """List what customers asked about their data."""
        answer: DataRequestListPage = self._call(
            "GET",
            "/api/v1/data-requests/",
            query={
                "answered": answered,
                "contact": contact,
                "cursor": cursor,
                "page_size": page_size,
                "wanted": wanted,
            },
        )
        return answer

    def get_data_request(self, request_id: int) -> DataRequestLine:
        """One data request."""
        answer: DataRequestLine = self._call("GET", f"/api/v1/data-requests/{_part(request_id)}/")
        return answer

    def list_events(
        self,
        *,
        contact: str | None = None,
        cursor: str | None = None,
        external_id: str | None = None,
        page_size: int | None = None,
        received_after: str | None = None,
        received_before: str | None = None,
        touchpoint: str | None = None,
    ) -> EventPage:
        """List the events that were told."""
        answer: EventPage = self._call(
            "GET",
            "/api/v1/events/",
            query={
                "contact": contact,
                "cursor": cursor,
                "external_id": external_id,
                "page_size": page_size,
                "received_after": received_after,
                "received_before": received_before,
                "touchpoint": touchpoint,
            },
        )
        return answer

    def post_event(self, body: EventBodyRequest, *, idempotency_key: str | None = None) -> EventTaken:
        """Tell that something happened with a customer."""
        answer: EventTaken = self._call("POST", "/api/v1/events/", body=body, idempotency_key=idempotency_key)
        return answer

    def list_exchange_rates(self) -> ExchangeRateList:
        """ExchangeRateList of exchange that were entered."""
        answer: ExchangeRateList = self._call("GET", "/api/v1/exchange-rates/")
        return answer

    def create_exchange_rate(
        self, body: ExchangeRateBodyRequest, *, idempotency_key: str | None = None
    ) -> ExchangeRateLine:
        """Enter a rate of exchange."""
        answer: ExchangeRateLine = self._call(
            "POST", "/api/v1/exchange-rates/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def list_favours(
        self,
        *,
        account: str | None = None,
        cursor: str | None = None,
        kind: Literal["reference", "referral"] | None = None,
        page_size: int | None = None,
        stands: Literal["true", "false"] | None = None,
    ) -> FavourPage:
        """List what customers agreed to."""
        answer: FavourPage = self._call(
            "GET",
            "/api/v1/favours/",
            query={"account": account, "cursor": cursor, "kind": kind, "page_size": page_size, "stands": stands},
        )
        return answer

    def list_goals(self) -> Goals:
        """Goals in use, and whether the change so far is more than chance."""
        answer: Goals = self._call("GET", "/api/v1/goals/")
        return answer

    def create_goal(self, body: GoalBodyRequest, *, idempotency_key: str | None = None) -> GoalLine:
        """Set a goal."""
        answer: GoalLine = self._call("POST", "/api/v1/goals/", body=body, idempotency_key=idempotency_key)
        return answer

    def put_goal(self, goal_id: int, body: GoalBodyRequest) -> GoalLine:
        """Change a goal, retire it or bring it back."""
        answer: GoalLine = self._call("PUT", f"/api/v1/goals/{_part(goal_id)}/", body=body)
        return answer

    def list_guides(
        self,
        *,
        category: Literal["detractor", "passive", "promoter"] | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
        survey: str | None = None,
    ) -> GuideListPage:
        """List guides for calls."""
        answer: GuideListPage = self._call(
            "GET",
            "/api/v1/guides/",
            query={"category": category, "cursor": cursor, "page_size": page_size, "survey": survey},
        )
        return answer

    def get_guide(self, guide_id: int) -> GuideLine:
        """One guide."""
        answer: GuideLine = self._call("GET", f"/api/v1/guides/{_part(guide_id)}/")
        return answer

    def get_huddle(self, *, team: str | None = None) -> HuddleAnswer:
        """What a team talks about in its ten minutes a week."""
        answer: HuddleAnswer = self._call("GET", "/api/v1/huddle/", query={"team": team})
        return answer

    def list_imports(
        self,
        *,
        cursor: str | None = None,
        kind: Literal["answers", "customers"] | None = None,
        page_size: int | None = None,
        state: Literal["uploaded", "checked", "running", "stopped", "done", "failed", "discarded"] | None = None,
        survey: str | None = None,
    ) -> ImportListPage:
        """List imported files."""
        answer: ImportListPage = self._call(
            "GET",
            "/api/v1/imports/",
            query={"cursor": cursor, "kind": kind, "page_size": page_size, "state": state, "survey": survey},
        )
        return answer

    def upload_import(self, body: ImportUploadBodyRequest, *, idempotency_key: str | None = None) -> ImportWhole:
        """Hand in a file, to be looked through."""
        answer: ImportWhole = self._call("POST", "/api/v1/imports/", form=body, idempotency_key=idempotency_key)
        return answer

    def get_import(self, import_id: int) -> ImportWhole:
        """One import."""
        answer: ImportWhole = self._call("GET", f"/api/v1/imports/{_part(import_id)}/")
        return answer

    def correct_import(self, import_id: int, body: PatchedImportChoicesBodyRequest | None = None) -> ImportWhole:
        """Correct how a file is read, and look through it again."""
        answer: ImportWhole = self._call("PATCH", f"/api/v1/imports/{_part(import_id)}/", body=body or {})
        return answer

    def discard_import(
        self, import_id: int, body: ImportStepBodyRequest | None = None, *, idempotency_key: str | None = None
    ) -> ImportWhole:
        """Give a file up."""
        answer: ImportWhole = self._call(
            "POST", f"/api/v1/imports/{_part(import_id)}/discard/", body=body or {}, idempotency_key=idempotency_key
        )
        return answer

    def get_import_result(self, import_id: int) -> bytes:
        """What became of each row, as a file."""
        answer: bytes = self._call("GET", f"/api/v1/imports/{_part(import_id)}/result/")
        return answer

    def resume_import(
        self, import_id: int, body: ImportStepBodyRequest | None = None, *, idempotency_key: str | None = None
    ) -> ImportWhole:
        """Go on with an import where it was stopped."""
        answer: ImportWhole = self._call(
            "POST", f"/api/v1/imports/{_part(import_id)}/resume/", body=body or {}, idempotency_key=idempotency_key
        )
        return answer

    def start_import(
        self, import_id: int, body: ImportStepBodyRequest | None = None, *, idempotency_key: str | None = None
    ) -> ImportWhole:
        """Have a file imported that was looked through."""
        answer: ImportWhole = self._call(
            "POST", f"/api/v1/imports/{_part(import_id)}/start/", body=body or {}, idempotency_key=idempotency_key
        )
        return answer

    def stop_import(
        self, import_id: int, body: ImportStepBodyRequest | None = None, *, idempotency_key: str | None = None
    ) -> ImportWhole:
        """Stop an import after the rows that are being written."""
        answer: ImportWhole = self._call(
            "POST", f"/api/v1/imports/{_part(import_id)}/stop/", body=body or {}, idempotency_key=idempotency_key
        )
        return answer

    def list_languages(self, *, cursor: str | None = None, page_size: int | None = None) -> LanguageListPage:
        """List added languages."""
        answer: LanguageListPage = self._call(
            "GET", "/api/v1/languages/", query={"cursor": cursor, "page_size": page_size}
        )
        return answer

    def get_language(self, language: str) -> LanguageWhole:
        """One language."""
        answer: LanguageWhole = self._call("GET", f"/api/v1/languages/{_part(language)}/")
        return answer

    def list_mail_templates(
        self,
        *,
        cursor: str | None = None,
        is_active: Literal["true", "false"] | None = None,
        key: str | None = None,
        language: str | None = None,
        page_size: int | None = None,
    ) -> TemplateListPage:
        """List templates for mails to customers."""
        answer: TemplateListPage = self._call(
            "GET",
            "/api/v1/mail-templates/",
            query={"cursor": cursor, "is_active": is_active, "key": key, "language": language, "page_size": page_size},
        )
        return answer

    def get_mail_template(self, template_id: int) -> TemplateLine:
        """One mail template."""
        answer: TemplateLine = self._call("GET", f"/api/v1/mail-templates/{_part(template_id)}/")
        return answer

    def get_me(self) -> Me:
        """Who the key or the session is."""
        answer: Me = self._call("GET", "/api/v1/me/")
        return answer

    def get_my_messages(self) -> MyMessages:
        """Of what you are told, and where else than by e-mail."""
        answer: MyMessages = self._call("GET", "/api/v1/me/messages/")
        return answer

    def list_notices(
        self,
        *,
        cursor: str | None = None,
        is_read: Literal["true", "false"] | None = None,
        page_size: int | None = None,
    ) -> NoticeListPage:
        """List what you were told inside Loop."""
        answer: NoticeListPage = self._call(
            "GET", "/api/v1/me/notices/", query={"cursor": cursor, "is_read": is_read, "page_size": page_size}
        )
        return answer

    def get_notice(self, notice_id: int) -> NoticeLine:
        """One notice."""
        answer: NoticeLine = self._call("GET", f"/api/v1/me/notices/{_part(notice_id)}/")
        return answer

    def list_report_subscriptions(
        self,
        *,
        cursor: str | None = None,
        is_running: Literal["true", "false"] | None = None,
        page_size: int | None = None,
        report: Literal["overview", "nps", "responses", "loop", "recovery", "people", "integrity", "revenue", "goals"]
        | None = None,
    ) -> SubscriptionListPage:
        """List the reports you get by mail."""
        answer: SubscriptionListPage = self._call(
            "GET",
            "/api/v1/me/report-subscriptions/",
            query={"cursor": cursor, "is_running": is_running, "page_size": page_size, "report": report},
        )
        return answer

    def create_report_subscription(
        self, body: SubscriptionBodyRequest, *, idempotency_key: str | None = None
    ) -> SubscriptionLine:
        """Have a report sent to you by mail."""
        answer: SubscriptionLine = self._call(
            "POST", "/api/v1/me/report-subscriptions/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def get_report_subscription(self, subscription_id: int) -> SubscriptionLine:
        """One report subscription."""
        answer: SubscriptionLine = self._call("GET", f"/api/v1/me/report-subscriptions/{_part(subscription_id)}/")
        return answer

    def put_report_subscription(self, subscription_id: int, body: SubscriptionBodyRequest) -> SubscriptionLine:
        """Have something else sent, or in another rhythm."""
        answer: SubscriptionLine = self._call(
            "PUT", f"/api/v1/me/report-subscriptions/{_part(subscription_id)}/", body=body
        )
        return answer

    def delete_report_subscription(self, subscription_id: int) -> None:
        """Have a report sent no more."""
        self._call("DELETE", f"/api/v1/me/report-subscriptions/{_part(subscription_id)}/")

    def list_saved_views(self, *, cursor: str | None = None, page_size: int | None = None) -> SavedViewListPage:
        """List the views you keep."""
        answer: SavedViewListPage = self._call(
            "GET", "/api/v1/me/views/", query={"cursor": cursor, "page_size": page_size}
        )
        return answer

    def get_saved_view(self, view_id: int) -> SavedViewLine:
        """One saved view."""
        answer: SavedViewLine = self._call("GET", f"/api/v1/me/views/{_part(view_id)}/")
        return answer

    def list_messages(
        self,
        *,
        case: int | None = None,
        contact: str | None = None,
        created_after: str | None = None,
        created_before: str | None = None,
        cursor: str | None = None,
        kind: Literal[
            "case_assigned",
            "case_with_lead",
            "reminder_half_time",
            "reminder_due",
            "reminder_overdue",
            "reminder_next_try",
            "reminder_snoozed",
            "reminder_promise",
            "reminder_promise_overdue",
            "case_escalated",
            "case_escalated_above",
            "case_reopened",
            "case_answer_changed",
            "case_reply",
            "case_mail_returned",
            "case_outcome",
            "case_withdrawn",
            "callback_booked",
            "callback_moved",
            "callback_handed_over",
            "callback_cancelled",
            "callback_reminder",
            "callback_missed",
            "customer_wish",
            "customer_wrote",
            "customer_data_request",
            "customer_confirmed",
            "customer_not_solved",
            "customer_unclear",
            "wave_heads_up",
            "wave_halted",
            "customer_bounced",
            "person_invited",
            "stand_in",
            "waves_wait",
            "webhook_off",
            "pull_troubled",
            "survey_invitation",
            "survey_reminder",
            "recovery_invitation",
            "customer_mail",
            "customer_thanks",
            "callback_given_up",
            "customer_call_agreed",
            "customer_call_cancelled",
            "customer_call_reminder",
            "customer_call_missed",
            "customer_why",
            "customer_solved",
            "customer_data_answer",
            "digest",
            "weekly",
            "report",
            "survey_test",
            "channel_test",
        ]
        | None = None,
        page_size: int | None = None,
        state: Literal["pending", "sending", "uncertain", "sent", "cancelled", "dead"] | None = None,
        to: str | None = None,
    ) -> MessageListPage:
        """List what was or will be sent."""
        answer: MessageListPage = self._call(
            "GET",
            "/api/v1/messages/",
            query={
                "case": case,
                "contact": contact,
                "created_after": created_after,
                "created_before": created_before,
                "cursor": cursor,
                "kind": kind,
                "page_size": page_size,
                "state": state,
                "to": to,
            },
        )
        return answer

    def get_message(self, message_id: int) -> MessageLine:
        """One message."""
        answer: MessageLine = self._call("GET", f"/api/v1/messages/{_part(message_id)}/")
        return answer

    def list_people(
        self,
        *,
        cursor: str | None = None,
        is_active: Literal["true", "false"] | None = None,
        page_size: int | None = None,
        role: Literal["agent", "lead", "leadership", "admin"] | None = None,
        team: str | None = None,
    ) -> PersonListPage:
        """List our people."""
        answer: PersonListPage = self._call(
            "GET",
            "/api/v1/people/",
            query={"cursor": cursor, "is_active": is_active, "page_size": page_size, "role": role, "team": team},
        )
        return answer

    def get_person(self, email: str) -> PersonLine:
        """One person."""
        answer: PersonLine = self._call("GET", f"/api/v1/people/{_part(email)}/")
        return answer

    def get_working_hours(self, email: str) -> HoursShown:
        """When somebody works."""
        answer: HoursShown = self._call("GET", f"/api/v1/people/{_part(email)}/working-hours/")
        return answer

    def put_working_hours(self, email: str, body: HoursBodyRequest) -> HoursShown:
        """Set when somebody works."""
        answer: HoursShown = self._call("PUT", f"/api/v1/people/{_part(email)}/working-hours/", body=body)
        return answer

    def get_programme(self) -> ProgrammeAnswer:
        """How the asking is going."""
        answer: ProgrammeAnswer = self._call("GET", "/api/v1/programme/")
        return answer

    def get_programme_rules(self) -> Rules:
        """How often anybody may be asked."""
        answer: Rules = self._call("GET", "/api/v1/programme/rules/")
        return answer

    def list_promises(
        self,
        *,
        account: str | None = None,
        case: int | None = None,
        cursor: str | None = None,
        due_before: str | None = None,
        page_size: int | None = None,
        promised_by: str | None = None,
        unkept: Literal["true", "false"] | None = None,
    ) -> PromiseListPage:
        """List what customers were promised."""
        answer: PromiseListPage = self._call(
            "GET",
            "/api/v1/promises/",
            query={
                "account": account,
                "case": case,
                "cursor": cursor,
                "due_before": due_before,
                "page_size": page_size,
                "promised_by": promised_by,
                "unkept": unkept,
            },
        )
        return answer

    def get_promise(self, promise_id: int) -> PromiseLine:
        """One promise."""
        answer: PromiseLine = self._call("GET", f"/api/v1/promises/{_part(promise_id)}/")
        return answer

    def keep_promise(
        self, promise_id: int, body: KeepPromiseBodyRequest | None = None, *, idempotency_key: str | None = None
    ) -> CaseState:
        """Say that a promise is kept."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/promises/{_part(promise_id)}/keep/", body=body or {}, idempotency_key=idempotency_key
        )
        return answer

    def move_promise(
        self, promise_id: int, body: MovePromiseBodyRequest, *, idempotency_key: str | None = None
    ) -> CaseState:
        """Agree another time for a promise."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/promises/{_part(promise_id)}/move/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def withdraw_promise(
        self, promise_id: int, body: ReasonBodyRequest, *, idempotency_key: str | None = None
    ) -> CaseState:
        """Take a promise back."""
        answer: CaseState = self._call(
            "POST", f"/api/v1/promises/{_part(promise_id)}/withdraw/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def list_pulls(
        self,
        *,
        cursor: str | None = None,
        failing: Literal["true", "false"] | None = None,
        is_active: Literal["true", "false"] | None = None,
        kind: Literal["answers", "customers"] | None = None,
        page_size: int | None = None,
    ) -> PullListPage:
        """List files that are fetched regularly."""
        answer: PullListPage = self._call(
            "GET",
            "/api/v1/pulls/",
            query={"cursor": cursor, "failing": failing, "is_active": is_active, "kind": kind, "page_size": page_size},
        )
        return answer

    def get_pull(self, pull_id: int) -> PullLine:
        """One pull."""
        answer: PullLine = self._call("GET", f"/api/v1/pulls/{_part(pull_id)}/")
        return answer

    def fetch_pull(self, pull_id: int, *, idempotency_key: str | None = None) -> PullLine:
        """Have a file fetched now."""
        answer: PullLine = self._call("POST", f"/api/v1/pulls/{_part(pull_id)}/fetch/", idempotency_key=idempotency_key)
        return answer

    def list_pull_runs(self, pull_id: int, *, cursor: str | None = None, page_size: int | None = None) -> RunListPage:
        """List the times a file was fetched."""
        answer: RunListPage = self._call(
            "GET", f"/api/v1/pulls/{_part(pull_id)}/runs/", query={"cursor": cursor, "page_size": page_size}
        )
        return answer

    def get_quiet_hours(self) -> QuietAnswer:
        """When people of each role are told anything."""
        answer: QuietAnswer = self._call("GET", "/api/v1/quiet-hours/")
        return answer

    def list_repeated_waves(
        self,
        *,
        cursor: str | None = None,
        page_size: int | None = None,
        stopped: Literal["true", "false"] | None = None,
        survey: str | None = None,
    ) -> SeriesListPage:
        """List waves that come again."""
        answer: SeriesListPage = self._call(
            "GET",
            "/api/v1/repeated-waves/",
            query={"cursor": cursor, "page_size": page_size, "stopped": stopped, "survey": survey},
        )
        return answer

    def get_repeated_wave(self, repeated_wave_id: int) -> SeriesLine:
        """One repeated wave."""
        answer: SeriesLine = self._call("GET", f"/api/v1/repeated-waves/{_part(repeated_wave_id)}/")
        return answer

    def report_behind(
        self,
        figure: Literal[
            "age",
            "age_overdue",
            "alone",
            "alone_recovered",
            "answered",
            "answers",
            "arrived",
            "came_back",
            "cases",
            "compared",
            "compared_recovered",
            "confirmed",
            "contact_closed",
            "contact_timed",
            "contact_waiting",
            "decided",
            "detractors",
            "in_time",
            "integrity",
            "not_reached",
            "open",
            "passives",
            "person",
            "promises",
            "promises_kept",
            "promises_late",
            "promoters",
            "recovery_answered",
            "recovery_asked",
            "recovery_followed_up",
            "recovery_improved",
            "recovery_late",
            "recovery_recovered",
            "recovery_silent",
            "recovery_unchanged",
            "recovery_waiting",
            "recovery_worsened",
            "reopened",
            "resolution_closed",
            "resolution_timed",
            "resolution_waiting",
            "resolved",
            "sent",
            "silent",
            "team",
            "team_overdue",
            "unreached_answered",
            "unreached_asked",
            "unreminded",
            "withdrawn",
        ],
        *,
        account: str | None = None,
        by: Literal["account", "country", "kind", "month", "quarter", "segment", "survey", "touchpoint", "week"]
        | None = None,
        country: str | None = None,
        cursor: str | None = None,
        from_: str | None = None,
        kind: Literal["product", "recovery", "relational", "transactional"] | None = None,
        kind_of: str | None = None,
        page_size: int | None = None,
        part: str | None = None,
        person: str | None = None,
        row: str | None = None,
        score: str | None = None,
        segment: str | None = None,
        setting: str | None = None,
        survey: str | None = None,
        team: str | None = None,
        to: str | None = None,
        touchpoint: str | None = None,
    ) -> BehindAnswer:
        """What a figure of a report counts."""
        answer: BehindAnswer = self._call(
            "GET",
            f"/api/v1/reports/behind/{_part(figure)}/",
            query={
                "account": account,
                "by": by,
                "country": country,
                "cursor": cursor,
                "from": from_,
                "kind": kind,
                "kind_of": kind_of,
                "page_size": page_size,
                "part": part,
                "person": person,
                "row": row,
                "score": score,
                "segment": segment,
                "setting": setting,
                "survey": survey,
                "team": team,
                "to": to,
                "touchpoint": touchpoint,
            },
        )
        return answer

    def report_change(
        self,
        *,
        account: str | None = None,
        by: Literal["account", "country", "kind", "month", "quarter", "segment", "survey", "touchpoint", "week"]
        | None = None,
        country: str | None = None,
        from_: str | None = None,
        kind: Literal["product", "recovery", "relational", "transactional"] | None = None,
        segment: str | None = None,
        survey: str | None = None,
        team: str | None = None,
        to: str | None = None,
        touchpoint: str | None = None,
    ) -> ChangeAnswer:
        """How the same customers answered before and after."""
        answer: ChangeAnswer = self._call(
            "GET",
            "/api/v1/reports/change/",
            query={
                "account": account,
                "by": by,
                "country": country,
                "from": from_,
                "kind": kind,
                "segment": segment,
                "survey": survey,
                "team": team,
                "to": to,
                "touchpoint": touchpoint,
            },
        )
        return answer

    def report_integrity(
        self,
        *,
        account: str | None = None,
        by: Literal["account", "country", "kind", "month", "quarter", "segment", "survey", "touchpoint", "week"]
        | None = None,
        country: str | None = None,
        from_: str | None = None,
        kind: Literal["product", "recovery", "relational", "transactional"] | None = None,
        segment: str | None = None,
        survey: str | None = None,
        team: str | None = None,
        to: str | None = None,
        touchpoint: str | None = None,
    ) -> IntegrityAnswer:
        """What is worth a look before figures are believed."""
        answer: IntegrityAnswer = self._call(
            "GET",
            "/api/v1/reports/integrity/",
            query={
                "account": account,
                "by": by,
                "country": country,
                "from": from_,
                "kind": kind,
                "segment": segment,
                "survey": survey,
                "team": team,
                "to": to,
                "touchpoint": touchpoint,
            },
        )
        return answer

    def report_loop(
        self,
        *,
        account: str | None = None,
        by: Literal["account", "country", "kind", "month", "quarter", "segment", "survey", "touchpoint", "week"]
        | None = None,
        country: str | None = None,
        from_: str | None = None,
        kind: Literal["product", "recovery", "relational", "transactional"] | None = None,
        segment: str | None = None,
        survey: str | None = None,
        team: str | None = None,
        to: str | None = None,
        touchpoint: str | None = None,
    ) -> LoopAnswer:
        """How fast and how well cases are followed up."""
        answer: LoopAnswer = self._call(
            "GET",
            "/api/v1/reports/loop/",
            query={
                "account": account,
                "by": by,
                "country": country,
                "from": from_,
                "kind": kind,
                "segment": segment,
                "survey": survey,
                "team": team,
                "to": to,
                "touchpoint": touchpoint,
            },
        )
        return answer

    def report_nps(
        self,
        *,
        account: str | None = None,
        by: Literal["account", "country", "kind", "month", "quarter", "segment", "survey", "touchpoint", "week"]
        | None = None,
        country: str | None = None,
        from_: str | None = None,
        kind: Literal["product", "recovery", "relational", "transactional"] | None = None,
        segment: str | None = None,
        survey: str | None = None,
        team: str | None = None,
        to: str | None = None,
        touchpoint: str | None = None,
    ) -> NpsAnswer:
        """NPS with its interval, and how it moved."""
        answer: NpsAnswer = self._call(
            "GET",
            "/api/v1/reports/nps/",
            query={
                "account": account,
                "by": by,
                "country": country,
                "from": from_,
                "kind": kind,
                "segment": segment,
                "survey": survey,
                "team": team,
                "to": to,
                "touchpoint": touchpoint,
            },
        )
        return answer

    def report_overview(
        self,
        *,
        account: str | None = None,
        by: Literal["account", "country", "kind", "month", "quarter", "segment", "survey", "touchpoint", "week"]
        | None = None,
        country: str | None = None,
        from_: str | None = None,
        kind: Literal["product", "recovery", "relational", "transactional"] | None = None,
        segment: str | None = None,
        survey: str | None = None,
        team: str | None = None,
        to: str | None = None,
        touchpoint: str | None = None,
    ) -> OverviewAnswer:
        """One figure of each report, and the goal due next."""
        answer: OverviewAnswer = self._call(
            "GET",
            "/api/v1/reports/overview/",
            query={
                "account": account,
                "by": by,
                "country": country,
                "from": from_,
                "kind": kind,
                "segment": segment,
                "survey": survey,
                "team": team,
                "to": to,
                "touchpoint": touchpoint,
            },
        )
        return answer

    def report_people(
        self,
        *,
        account: str | None = None,
        by: Literal["account", "country", "kind", "month", "quarter", "segment", "survey", "touchpoint", "week"]
        | None = None,
        country: str | None = None,
        from_: str | None = None,
        kind: Literal["product", "recovery", "relational", "transactional"] | None = None,
        segment: str | None = None,
        survey: str | None = None,
        team: str | None = None,
        to: str | None = None,
        touchpoint: str | None = None,
    ) -> PeopleAnswer:
        """Who stands out, and is it more than chance."""
        answer: PeopleAnswer = self._call(
            "GET",
            "/api/v1/reports/people/",
            query={
                "account": account,
                "by": by,
                "country": country,
                "from": from_,
                "kind": kind,
                "segment": segment,
                "survey": survey,
                "team": team,
                "to": to,
                "touchpoint": touchpoint,
            },
        )
        return answer

    def report_planner(
        self,
        *,
        account: str | None = None,
        by: Literal["account", "country", "kind", "month", "quarter", "segment", "survey", "touchpoint", "week"]
        | None = None,
        change: float | None = None,
        country: str | None = None,
        from_: str | None = None,
        kind: Literal["product", "recovery", "relational", "transactional"] | None = None,
        population: Literal["true", "false"] | None = None,
        segment: str | None = None,
        survey: str | None = None,
        team: str | None = None,
        to: str | None = None,
        touchpoint: str | None = None,
        width: float | None = None,
    ) -> PlannerAnswer:
        """How many answers are enough."""
        answer: PlannerAnswer = self._call(
            "GET",
            "/api/v1/reports/planner/",
            query={
                "account": account,
                "by": by,
                "change": change,
                "country": country,
                "from": from_,
                "kind": kind,
                "population": population,
                "segment": segment,
                "survey": survey,
                "team": team,
                "to": to,
                "touchpoint": touchpoint,
                "width": width,
            },
        )
        return answer

    def report_recovery(
        self,
        *,
        account: str | None = None,
        by: Literal["account", "country", "kind", "month", "quarter", "segment", "survey", "touchpoint", "week"]
        | None = None,
        country: str | None = None,
        from_: str | None = None,
        kind: Literal["product", "recovery", "relational", "transactional"] | None = None,
        segment: str | None = None,
        survey: str | None = None,
        team: str | None = None,
        to: str | None = None,
        touchpoint: str | None = None,
    ) -> RecoveryAnswer:
        """What became of the scores after following up."""
        answer: RecoveryAnswer = self._call(
            "GET",
            "/api/v1/reports/recovery/",
            query={
                "account": account,
                "by": by,
                "country": country,
                "from": from_,
                "kind": kind,
                "segment": segment,
                "survey": survey,
                "team": team,
                "to": to,
                "touchpoint": touchpoint,
            },
        )
        return answer

    def report_responses(
        self,
        *,
        account: str | None = None,
        by: Literal["account", "country", "kind", "month", "quarter", "segment", "survey", "touchpoint", "week"]
        | None = None,
        country: str | None = None,
        from_: str | None = None,
        kind: Literal["product", "recovery", "relational", "transactional"] | None = None,
        segment: str | None = None,
        survey: str | None = None,
        team: str | None = None,
        to: str | None = None,
        touchpoint: str | None = None,
    ) -> ResponseRateAnswer:
        """Who answers, and what the silent could have made of it."""
        answer: ResponseRateAnswer = self._call(
            "GET",
            "/api/v1/reports/responses/",
            query={
                "account": account,
                "by": by,
                "country": country,
                "from": from_,
                "kind": kind,
                "segment": segment,
                "survey": survey,
                "team": team,
                "to": to,
                "touchpoint": touchpoint,
            },
        )
        return answer

    def report_revenue(
        self,
        *,
        account: str | None = None,
        by: Literal["account", "country", "kind", "month", "quarter", "segment", "survey", "touchpoint", "week"]
        | None = None,
        country: str | None = None,
        from_: str | None = None,
        kind: Literal["product", "recovery", "relational", "transactional"] | None = None,
        segment: str | None = None,
        survey: str | None = None,
        team: str | None = None,
        to: str | None = None,
        touchpoint: str | None = None,
    ) -> RevenueAnswer:
        """Revenue at risk, heard from and recovered."""
        answer: RevenueAnswer = self._call(
            "GET",
            "/api/v1/reports/revenue/",
            query={
                "account": account,
                "by": by,
                "country": country,
                "from": from_,
                "kind": kind,
                "segment": segment,
                "survey": survey,
                "team": team,
                "to": to,
                "touchpoint": touchpoint,
            },
        )
        return answer

    def list_responses(
        self,
        *,
        account: str | None = None,
        category: Literal["detractor", "passive", "promoter"] | None = None,
        contact: str | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
        responded_after: str | None = None,
        responded_before: str | None = None,
        score: int | None = None,
        source: str | None = None,
        survey: str | None = None,
    ) -> ResponseListPage:
        """List answers."""
        answer: ResponseListPage = self._call(
            "GET",
            "/api/v1/responses/",
            query={
                "account": account,
                "category": category,
                "contact": contact,
                "cursor": cursor,
                "page_size": page_size,
                "responded_after": responded_after,
                "responded_before": responded_before,
                "score": score,
                "source": source,
                "survey": survey,
            },
        )
        return answer

    def post_response(self, body: AnswerBodyRequest, *, idempotency_key: str | None = None) -> AnswerTaken:
        """Hand in one answer."""
        answer: AnswerTaken = self._call("POST", "/api/v1/responses/", body=body, idempotency_key=idempotency_key)
        return answer

    def get_response(self, response_id: int) -> ResponseLine:
        """One response."""
        answer: ResponseLine = self._call("GET", f"/api/v1/responses/{_part(response_id)}/")
        return answer

    def post_responses(
        self, body: AnswersRequest | None = None, *, idempotency_key: str | None = None
    ) -> AnswerOutcomes:
        """Hand in up to 1,000 answers."""
        answer: AnswerOutcomes = self._call(
            "POST", "/api/v1/responses/bulk/", body=body or {}, idempotency_key=idempotency_key
        )
        return answer

    def list_root_causes(
        self,
        *,
        cursor: str | None = None,
        is_active: Literal["true", "false"] | None = None,
        page_size: int | None = None,
    ) -> CauseListPage:
        """List root causes."""
        answer: CauseListPage = self._call(
            "GET", "/api/v1/root-causes/", query={"cursor": cursor, "is_active": is_active, "page_size": page_size}
        )
        return answer

    def get_root_cause(self, key: str) -> CauseLine:
        """One root cause."""
        answer: CauseLine = self._call("GET", f"/api/v1/root-causes/{_part(key)}/")
        return answer

    def list_sla_policies(
        self,
        *,
        cursor: str | None = None,
        is_active: Literal["true", "false"] | None = None,
        page_size: int | None = None,
    ) -> PolicyListPage:
        """List the policies that set due times."""
        answer: PolicyListPage = self._call(
            "GET", "/api/v1/sla-policies/", query={"cursor": cursor, "is_active": is_active, "page_size": page_size}
        )
        return answer

    def get_sla_policy(self, policy_id: int) -> PolicyLine:
        """One sla policy."""
        answer: PolicyLine = self._call("GET", f"/api/v1/sla-policies/{_part(policy_id)}/")
        return answer

    def list_stopped_addresses(
        self,
        *,
        address: str | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
        reason: str | None = None,
    ) -> StoppedListPage:
        """List addresses to which mail has stopped."""
        answer: StoppedListPage = self._call(
            "GET",
            "/api/v1/stopped-addresses/",
            query={"address": address, "cursor": cursor, "page_size": page_size, "reason": reason},
        )
        return answer

    def list_studies(self) -> StudyList:
        """What the studies in random order say."""
        answer: StudyList = self._call("GET", "/api/v1/studies/")
        return answer

    def start_study(self, body: StudyBodyRequest, *, idempotency_key: str | None = None) -> StudyLine:
        """Start drawing who is called first."""
        answer: StudyLine = self._call("POST", "/api/v1/studies/", body=body, idempotency_key=idempotency_key)
        return answer

    def stop_study(self, study_id: int, body: StopBodyRequest, *, idempotency_key: str | None = None) -> StudyLine:
        """Stop a study before its day, without a verdict."""
        answer: StudyLine = self._call(
            "POST", f"/api/v1/studies/{_part(study_id)}/stop/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def list_surveys(
        self,
        *,
        cursor: str | None = None,
        is_active: Literal["true", "false"] | None = None,
        kind: Literal["relational", "transactional", "product", "recovery"] | None = None,
        page_size: int | None = None,
    ) -> SurveyListPage:
        """List surveys."""
        answer: SurveyListPage = self._call(
            "GET",
            "/api/v1/surveys/",
            query={"cursor": cursor, "is_active": is_active, "kind": kind, "page_size": page_size},
        )
        return answer

    def get_survey(self, key: str) -> SurveyWhole:
        """One survey."""
        answer: SurveyWhole = self._call("GET", f"/api/v1/surveys/{_part(key)}/")
        return answer

    def list_standing_links(self, key: str, *, cursor: str | None = None, page_size: int | None = None) -> LinkListPage:
        """List the standing links of a survey."""
        answer: LinkListPage = self._call(
            "GET", f"/api/v1/surveys/{_part(key)}/links/", query={"cursor": cursor, "page_size": page_size}
        )
        return answer

    def get_standing_link(self, key: str, link_id: int) -> LinkWhole:
        """One standing link."""
        answer: LinkWhole = self._call("GET", f"/api/v1/surveys/{_part(key)}/links/{_part(link_id)}/")
        return answer

    def get_thanks_policy(self, key: str) -> ThanksPolicyShown:
        """Whom a survey thanks, how, and what it asks."""
        answer: ThanksPolicyShown = self._call("GET", f"/api/v1/surveys/{_part(key)}/thanks/")
        return answer

    def put_thanks_policy(self, key: str, body: ThanksPolicyBodyRequest) -> ThanksPolicyShown:
        """Set whom a survey thanks, how, and what it asks."""
        answer: ThanksPolicyShown = self._call("PUT", f"/api/v1/surveys/{_part(key)}/thanks/", body=body)
        return answer

    def get_word_rule(self, key: str) -> WordRuleShown:
        """Which words open a case for a higher score."""
        answer: WordRuleShown = self._call("GET", f"/api/v1/surveys/{_part(key)}/words/")
        return answer

    def put_word_rule(self, key: str, body: WordRuleChangeRequest) -> WordRuleShown:
        """Set which words open a case for a higher score."""
        answer: WordRuleShown = self._call("PUT", f"/api/v1/surveys/{_part(key)}/words/", body=body)
        return answer

    def try_word_rule(
        self, key: str, body: WordRuleBodyRequest, *, idempotency_key: str | None = None
    ) -> WouldOpenAnswer:
        """For which answers of the last 30 days would these words have opened a case?."""
        answer: WouldOpenAnswer = self._call(
            "POST", f"/api/v1/surveys/{_part(key)}/words/try/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def list_suspect_answers(
        self,
        *,
        cursor: str | None = None,
        page_size: int | None = None,
        settled: Literal["true", "false"] | None = None,
        suspicion: Literal["several_scores", "hidden_link", "too_soon", "change_unseen", "too_many"] | None = None,
    ) -> SuspectListPage:
        """List answers a machine may have given."""
        answer: SuspectListPage = self._call(
            "GET",
            "/api/v1/suspect-answers/",
            query={"cursor": cursor, "page_size": page_size, "settled": settled, "suspicion": suspicion},
        )
        return answer

    def get_suspect_answer(self, suspect_answer_id: int) -> SuspectLine:
        """One suspect answer."""
        answer: SuspectLine = self._call("GET", f"/api/v1/suspect-answers/{_part(suspect_answer_id)}/")
        return answer

    def list_teams(self, *, cursor: str | None = None, page_size: int | None = None) -> TeamListPage:
        """List teams."""
        answer: TeamListPage = self._call("GET", "/api/v1/teams/", query={"cursor": cursor, "page_size": page_size})
        return answer

    def get_team(self, team_id: int) -> TeamLine:
        """One team."""
        answer: TeamLine = self._call("GET", f"/api/v1/teams/{_part(team_id)}/")
        return answer

    def list_triggers(
        self,
        *,
        cursor: str | None = None,
        is_active: Literal["true", "false"] | None = None,
        page_size: int | None = None,
        touchpoint: str | None = None,
    ) -> TriggerListPage:
        """List the rules by which events cause surveys."""
        answer: TriggerListPage = self._call(
            "GET",
            "/api/v1/triggers/",
            query={"cursor": cursor, "is_active": is_active, "page_size": page_size, "touchpoint": touchpoint},
        )
        return answer

    def get_trigger(self, trigger_id: int) -> TriggerLine:
        """One trigger."""
        answer: TriggerLine = self._call("GET", f"/api/v1/triggers/{_part(trigger_id)}/")
        return answer

    def list_waves(
        self,
        *,
        cursor: str | None = None,
        page_size: int | None = None,
        state: Literal["draft", "planned", "sending", "paused", "closed"] | None = None,
        survey: str | None = None,
    ) -> WaveListPage:
        """List waves."""
        answer: WaveListPage = self._call(
            "GET", "/api/v1/waves/", query={"cursor": cursor, "page_size": page_size, "state": state, "survey": survey}
        )
        return answer

    def get_wave(self, wave_id: int) -> WaveWhole:
        """One wave."""
        answer: WaveWhole = self._call("GET", f"/api/v1/waves/{_part(wave_id)}/")
        return answer

    def list_wave_members(
        self,
        wave_id: int,
        *,
        asked: Literal["true", "false"] | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
        q: str | None = None,
        reason: str | None = None,
    ) -> MemberListPage:
        """List those decided about in a wave."""
        answer: MemberListPage = self._call(
            "GET",
            f"/api/v1/waves/{_part(wave_id)}/members/",
            query={"asked": asked, "cursor": cursor, "page_size": page_size, "q": q, "reason": reason},
        )
        return answer

    def list_webhooks(self) -> EndpointPage:
        """List webhooks."""
        answer: EndpointPage = self._call("GET", "/api/v1/webhooks/")
        return answer

    def create_webhook(self, body: EndpointBodyRequest, *, idempotency_key: str | None = None) -> EndpointMade:
        """Tell another system what happens."""
        answer: EndpointMade = self._call("POST", "/api/v1/webhooks/", body=body, idempotency_key=idempotency_key)
        return answer

    def get_webhook(self, endpoint_id: int) -> EndpointLine:
        """One webhook."""
        answer: EndpointLine = self._call("GET", f"/api/v1/webhooks/{_part(endpoint_id)}/")
        return answer

    def change_webhook(self, endpoint_id: int, body: EndpointBodyRequest) -> EndpointLine:
        """Another address, name or choice of events."""
        answer: EndpointLine = self._call("PUT", f"/api/v1/webhooks/{_part(endpoint_id)}/", body=body)
        return answer

    def list_webhook_deliveries(
        self,
        endpoint_id: int,
        *,
        cursor: str | None = None,
        page_size: int | None = None,
        state: Literal["pending", "sending", "sent", "dead"] | None = None,
    ) -> DeliveryPage:
        """What it was told in the last 30 days."""
        answer: DeliveryPage = self._call(
            "GET",
            f"/api/v1/webhooks/{_part(endpoint_id)}/deliveries/",
            query={"cursor": cursor, "page_size": page_size, "state": state},
        )
        return answer

    def replay_webhook(
        self, endpoint_id: int, body: ReplayBodyRequest | None = None, *, idempotency_key: str | None = None
    ) -> ReplayAnswer:
        """Send again what has arrived or was given up."""
        answer: ReplayAnswer = self._call(
            "POST", f"/api/v1/webhooks/{_part(endpoint_id)}/replay/", body=body or {}, idempotency_key=idempotency_key
        )
        return answer

    def renew_webhook_secret(self, endpoint_id: int, *, idempotency_key: str | None = None) -> EndpointSecret:
        """A new secret."""
        answer: EndpointSecret = self._call(
            "POST", f"/api/v1/webhooks/{_part(endpoint_id)}/secret/", idempotency_key=idempotency_key
        )
        return answer

    def switch_webhook(
        self, endpoint_id: int, body: SwitchBodyRequest, *, idempotency_key: str | None = None
    ) -> EndpointLine:
        """Switch it off, or on again."""
        answer: EndpointLine = self._call(
            "POST", f"/api/v1/webhooks/{_part(endpoint_id)}/switch/", body=body, idempotency_key=idempotency_key
        )
        return answer

    def test_webhook(self, endpoint_id: int, *, idempotency_key: str | None = None) -> DeliveryLine:
        """Send one that says it is a test."""
        answer: DeliveryLine = self._call(
            "POST", f"/api/v1/webhooks/{_part(endpoint_id)}/test/", idempotency_key=idempotency_key
        )
        return answer
