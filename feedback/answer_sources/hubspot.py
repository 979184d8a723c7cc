"""HubSpot: who signed, which submissions changed, and what do they say?

Header `X-HubSpot-Signature-v3`: base64 HMAC-SHA256 of method, address, body and `X-HubSpot-Request-Timestamp`
(milliseconds) with the app's client secret. The body lists events that name feedback submissions by id; what was said
is fetched. `hs_response_group` says PROMOTER of other kinds of questions too: only NPS is read, and from its value.
See https://developers.hubspot.com/docs/api-reference/webhooks.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from feedback.answer_sources.calls import Call, Verdict, base64_of, in_time, judged
from feedback.answer_sources.readings import NotTaken, Reading, Wants, instant, only, part, score_of, text_of, thing

FEEDBACK = "0-19"  # what HubSpot calls the type of feedback submissions
CHANGES = ("object.creation", "object.propertyChange")
PROPERTIES = (
    "hs_value", "hs_content", "hs_survey_type", "hs_survey_id", "hs_submission_timestamp", "hs_contact_id",
    "hs_contact_email_rollup", "hs_lastmodifieddate",
)  # fmt: skip


def verify(call: Call, secrets: Sequence[str], now: datetime) -> Verdict:
    """Whether HubSpot signed this call with one of the secrets, within five minutes."""
    given, told = call.headers.get("x-hubspot-signature-v3", ""), call.headers.get("x-hubspot-request-timestamp", "")
    if not told:
        return Verdict.MISSING
    signed = f"{call.method}{call.url}".encode() + call.body + told.encode("utf-8", "surrogatepass")
    verdict = judged(given, secrets, lambda secret: base64_of(secret.encode(), signed))
    if verdict != Verdict.GENUINE:
        return verdict
    if not (told.isascii() and told.isdigit() and len(told) <= 14):
        return Verdict.FORGED
    return in_time(datetime.fromtimestamp(int(told) / 1000, UTC), now)


def events(told: Any, call: Call) -> list[str]:
    """One for each submission that is named. HubSpot's own ids of events are not unique, and it is asked anyway."""
    return [""] * max(len(submissions(told)), 1)


def submissions(told: Any) -> list[str]:
    """The ids of the feedback submissions a call names, each once."""
    changed = [each for each in told if isinstance(each, Mapping)] if isinstance(told, list) else []
    ids = (
        text_of(part(each, "objectId"))
        for each in changed
        if part(each, "objectTypeId") == FEEDBACK and part(each, "subscriptionType") in CHANGES
    )
    return list(dict.fromkeys(filter(None, ids)))


def wanted(told: Any, nth: int) -> str:
    """The path to fetch for the so manieth submission of a call.

    Raises:
        NotTaken: it names none.
    """
    named = submissions(told)
    if nth >= len(named):
        raise NotTaken("no_answer", ignored=True)
    return f"/crm/v3/objects/feedback_submissions/{quote(named[nth], safe='')}?properties={','.join(PROPERTIES)}"


def read(fetched: Any, wants: Wants) -> Reading:
    """The answer in a submission that was fetched.

    Raises:
        NotTaken: it is none.
    """
    told = thing(fetched, "properties")
    if (kind := text_of(part(told, "hs_survey_type"))) != "NPS":
        raise NotTaken("other_question", kind, ignored=True)
    only(wants, part(told, "hs_survey_id"))
    created = instant(part(fetched, "createdAt"), wants.zone)
    return Reading(
        external_id=text_of(part(fetched, "id")),
        score=score_of(part(told, "hs_value"), wants.scale),
        comment=text_of(part(told, "hs_content")),
        email=text_of(part(told, "hs_contact_email_rollup")),
        contact_id=text_of(part(told, "hs_contact_id")),
        responded_at=instant(part(told, "hs_submission_timestamp"), wants.zone) or created,
        changed_at=instant(part(fetched, "updatedAt"), wants.zone) or created,
    )
