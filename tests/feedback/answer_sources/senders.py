"""How do survey tools sign, and what do they send? Written after their documents, with nothing of ours in it."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks import Webhook

STANDARD_SECRET = "whsec_" + base64.b64encode(b"of thirty-two bytes for the test").decode()
OTHER_STANDARD_SECRET = "whsec_" + base64.b64encode(b"another of thirty-two bytes here").decode()


@dataclass(frozen=True)
class Sent:
    """One call as a tool makes it."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    secret: str = ""  # in the address

    def but(self, **changes: Any) -> "Sent":
        return replace(self, **changes)


def secret_for(kind: str, name: str = "one") -> str:
    """A secret as this tool has them."""
    if kind == "standard":
        return STANDARD_SECRET if name == "one" else OTHER_STANDARD_SECRET
    if kind == "surveymonkey":
        return f"client-{name}&the secret of the app"
    return f"{name}: a secret of a survey tool"


def send(kind: str, told: Any, *, secret: str, at: datetime, url: str = "") -> Sent:
    """Sign as the tool does.

    Args:
        told: the payload, or the bytes of one.
        at: the sender's clock, for those who sign it.
        url: where it is sent, for HubSpot.
    """
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    sent = Sent(body, {"Content-Type": "application/json"})
    return sent.but(**_signed(kind, sent, secret, at, url))


def _signed(kind: str, sent: Sent, secret: str, at: datetime, url: str) -> dict[str, Any]:
    def mac(told: bytes, name: str = "sha256") -> "hmac.HMAC":
        return hmac.new(secret.encode(), told, name)

    def with_header(name: str, value: str, **more: str) -> dict[str, Any]:
        return {"headers": {**sent.headers, name: value, **more}}

    match kind:
        case "typeform":
            return with_header("Typeform-Signature", "sha256=" + base64.b64encode(mac(sent.body).digest()).decode())
        case "delighted":
            return with_header("X-Delighted-Webhook-Signature", "sha256=" + mac(sent.body).hexdigest())
        case "survicate":
            return with_header("Hmac", mac(sent.body).hexdigest(), Token="verification-token")
        case "surveymonkey":
            signed = base64.b64encode(mac(sent.body, "sha1").digest()).decode()
            return with_header("Sm-Signature", signed, **{"Sm-Apikey": secret.partition("&")[0]})
        case "hubspot":
            time = str(int(at.timestamp() * 1000))
            signed = base64.b64encode(mac(b"POST" + url.encode() + sent.body + time.encode()).digest()).decode()
            return with_header("X-HubSpot-Signature-v3", signed, **{"X-HubSpot-Request-Timestamp": time})
        case "standard":
            name = "msg_" + hashlib.sha256(sent.body).hexdigest()[:24]
            return with_header(
                "webhook-id",
                name,
                **{
                    "webhook-timestamp": str(int(at.timestamp())),
                    "webhook-signature": Webhook(secret).sign(name, at, sent.body.decode()),
                },
            )
        case "asknicely":
            return with_header("Authorization", f"Bearer {secret}")
        case _:
            return {"secret": secret}


#: The header that proves the sender; where there is none, the secret stands in the address.
PROOF = {
    "typeform": "Typeform-Signature",
    "surveymonkey": "Sm-Signature",
    "delighted": "X-Delighted-Webhook-Signature",
    "survicate": "Hmac",
    "hubspot": "X-HubSpot-Signature-v3",
    "standard": "webhook-signature",
    "asknicely": "Authorization",
}

#: The header that says when it was signed.
TIME = {"hubspot": "X-HubSpot-Request-Timestamp", "standard": "webhook-timestamp"}

#: Whose signature is over the body; the others send a secret along.
SIGNS_THE_BODY = ("typeform", "surveymonkey", "delighted", "survicate", "hubspot", "standard")

BEGAN = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
COMMENTS = ("", "Fine.", "Räksmörgås & “quotes”", "two\nlines", '{"not": "json"}', "🙂", "a/b\\c", "<b>", "0", " ")


def payload(kind: str, number: int = 0, **changes: Any) -> Any:
    """What a tool sends of its answer of that number; `changes`: score, comment, email, at (when it was said), id."""
    told = {
        "id": f"r-{number}",
        "score": number % 11,
        "comment": COMMENTS[number % len(COMMENTS)],
        "email": f"eva{number}@customer.example",
        "at": BEGAN + timedelta(minutes=number),
        "updated": 0,
        **changes,
    }
    return _PAYLOADS[kind](Told(**told))


@dataclass(frozen=True)
class Told:
    """What an answer says, and of which change of it a call tells."""

    id: str
    score: Any
    comment: str
    email: str
    at: datetime
    updated: int


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _typeform(told: Told) -> Any:
    scale = {"id": "NpsField", "type": "opinion_scale", "ref": "likely"}
    why = {"id": "WhyField", "type": "long_text", "ref": "why"}
    answers: list[Any] = [{"type": "number", "number": told.score, "field": scale}]
    answers += [{"type": "text", "text": told.comment, "field": why}] if told.comment else []  # unanswered: absent
    return {
        "event_id": f"ev-{told.id}-{told.updated}",
        "event_type": "form_response",
        "form_response": {
            "form_id": "lT4Z3j",
            "token": told.id,
            "landed_at": _iso(told.at - timedelta(minutes=1)),
            "submitted_at": _iso(told.at),
            "hidden": {"email": told.email, "language": "sv"},
            "definition": {"id": "lT4Z3j", "fields": [{**scale, "title": "How likely?"}, {**why, "title": "Why?"}]},
            "answers": answers,
        },
    }


def _survey_monkey(told: Told) -> Any:
    return {
        "name": "Loop",
        "filter_type": "survey",
        "filter_id": "105724755",
        "event_type": "response_updated" if told.updated else "response_completed",
        "event_id": f"ev-{told.id}-{told.updated}",
        "object_type": "response",
        "object_id": told.id,
        "event_datetime": _iso(told.at),
        "resources": {"collector_id": "1", "survey_id": "105724755", "user_id": "2"},
    }


def _delighted(told: Told) -> Any:
    return {
        "event_type": "survey_response.updated" if told.updated else "survey_response.created",
        "event_id": f"ev-{told.id}-{told.updated}",
        "event_data": {
            "id": told.id,
            "person": {"id": "123", "email": told.email, "name": "Eva Ek"},
            "survey_type": "nps",
            "score": told.score,
            "comment": told.comment or None,
            "created_at": int(BEGAN.timestamp()),
            "updated_at": int(told.at.timestamp()),
            "person_properties": {"locale": "sv"},
            "tags": [],
        },
    }


def _ask_nicely(told: Told) -> Any:
    return {
        "count": told.updated + 1,
        "person": {"id": "163012", "name": "Eva Ek", "email": told.email, "segment": "general"},
        "question": {
            "id": told.id,
            "score": str(told.score),
            "comment": told.comment,
            "responded": str(int(told.at.timestamp())),
            "survey_template": "Default",
        },
    }


def _survicate(told: Told) -> Any:
    category = "promoter" if told.score in (0, 1) else "detractor"  # never to be believed
    return {
        "messageId": f"m-{told.id}-{told.updated}",
        "deliveryTries": 0,
        "event": {
            "questionAnswered": {
                "responseUuid": told.id,
                "survey": {"id": "b92b6ecae6dd7207", "name": "NPS"},
                "timestamp": told.at.isoformat(),
                "respondent": {"id": "534759", "attributes": {"email": told.email} if told.email else []},
                "question": {"id": 12123, "body": "How likely?"},
                "choice": {"id": told.score, "body": category, "comment": told.comment or None},
            }
        },
    }


def survicate_words(name: str, text: str, at: datetime) -> Any:
    """The call about the other question of a survey."""
    told = payload("survicate", id=name, at=at, email="")
    answered = told["event"]["questionAnswered"]
    del answered["choice"]
    answered.update(question={"id": 12124, "body": "Why?"}, text=text)
    return {**told, "messageId": f"m-{name}-words-{at.timestamp():.0f}"}


def _wootric(told: Told) -> Any:
    return {
        "timestamp": told.at.strftime("%Y-%m-%d %H:%M:%S +0000"),
        "response": {
            "updated_at": told.at.strftime("%Y-%m-%d %H:%M:%S +0000"),
            "text": told.comment or None,
            "score": str(told.score),
            "id": told.id,
            "external_id": None,
            "excluded_from_calculations": "false",
            "end_user_properties": None,
            "email": told.email,
            "created_at": BEGAN.strftime("%Y-%m-%d %H:%M:%S +0000"),
        },
        "event_name": "updated" if told.updated else "created",
    }


def _hubspot(told: Told) -> Any:
    return [
        {
            "eventId": 100 + told.updated,
            "subscriptionType": "object.propertyChange" if told.updated else "object.creation",
            "objectTypeId": "0-19",
            "objectId": told.id,
            "occurredAt": int(told.at.timestamp() * 1000),
            "attemptNumber": 0,
        }
    ]


def _standard(told: Told) -> Any:
    answer = {
        "id": told.id,
        "rating": told.score,
        "text": told.comment,
        "who": {"mail": told.email},
        "revision": told.updated,
    }
    return {"type": "answer.given", "timestamp": _iso(told.at), "data": {"answer": answer}}


_PAYLOADS = {
    "typeform": _typeform,
    "surveymonkey": _survey_monkey,
    "delighted": _delighted,
    "asknicely": _ask_nicely,
    "survicate": _survicate,
    "wootric": _wootric,
    "hubspot": _hubspot,
    "standard": _standard,
    "json": lambda told: {**_standard(told)["data"], "changed": _iso(told.at)},
}
KINDS = tuple(_PAYLOADS)

#: Where things stand in what `payload` makes of the tools that are mapped.
MAPPINGS = {
    "standard": {
        "score": "/data/answer/rating",
        "comment": "/data/answer/text",
        "external_id": "/data/answer/id",
        "email": "/data/answer/who/mail",
    },
    "json": {
        "score": "/answer/rating",
        "comment": "/answer/text",
        "external_id": "/answer/id",
        "email": "/answer/who/mail",
        "changed_at": "/changed",
    },
}


def survey_monkey_details(scores: range = range(11)) -> Any:
    """What its API says of a survey: which choice is which, in an order of its own, with weights that mislead."""
    choices = [
        {"id": f"90{score}", "text": _nps_label(score), "weight": -100 if score < 7 else 100, "position": 11 - score}
        for score in reversed(scores)
    ]
    nps = {
        "id": "Q1",
        "family": "matrix",
        "subtype": "rating",
        "answers": {"rows": [{"id": "row"}], "choices": choices},
    }
    why = {"id": "Q2", "family": "open_ended", "subtype": "essay"}
    return {"id": "105724755", "pages": [{"questions": [nps, why]}]}


def _nps_label(score: int) -> str:
    return {0: "Not at all likely - 0", 10: "Extremely likely - 10"}.get(score, str(score))


def survey_monkey_response(told: dict[str, Any]) -> Any:
    """What its API says of a response; `told` as of `payload`, and fields that are otherwise."""
    told = dict(told)
    id_, score, comment, email, at = (told.pop(name) for name in ("id", "score", "comment", "email", "at"))
    return {
        "id": id_,
        "survey_id": "105724755",
        "response_status": "completed",
        "date_created": _iso(BEGAN),
        "date_modified": _iso(at),
        "custom_variables": {"lang": "sv"},
        "metadata": {"contact": {"email": {"type": "string", "value": email}}},
        "pages": [
            {
                "questions": [
                    {"id": "Q1", "answers": [{"row_id": "row", "choice_id": f"90{score}"}]},
                    {"id": "Q2", "answers": [{"text": comment}] if comment else []},
                ]
            }
        ],
        **told,
    }


def hubspot_submission(told: dict[str, Any]) -> Any:
    """What its API says of a submission; `told` as of `payload`, and properties that are otherwise."""
    told = dict(told)
    id_, score, comment, email, at = (told.pop(name) for name in ("id", "score", "comment", "email", "at"))
    said = {
        "hs_value": str(score),
        "hs_content": comment,
        "hs_survey_type": "NPS",
        "hs_survey_id": "5",
        "hs_response_group": "PROMOTER",
        "hs_contact_email_rollup": email,
        **told,
    }
    return {"id": id_, "properties": said, "createdAt": _iso(BEGAN), "updatedAt": _iso(at), "archived": False}
