"""Only the real sender is believed, whatever is changed on the way; and everything the real sender sends is."""

import base64
import json
from datetime import timedelta

import pytest
import time_machine

from feedback.answer_sources import setting_up
from feedback.models import AnswerSource, ArrivedAnswer
from tests import factories
from tests.feedback.answer_sources import senders

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", senders.KINDS)
SIGNERS = pytest.mark.parametrize("kind", senders.SIGNS_THE_BODY)
TIMED = pytest.mark.parametrize("kind", senders.TIME)


def flipped(text, bit):
    """The text with one bit of one of its characters turned, still one that a header or an address can hold."""
    raw = bytearray(text.encode())
    place = (bit // 5) % len(raw)
    for turn in range(7):
        changed = raw[place] ^ (1 << (bit + turn) % 7)
        if 33 <= changed < 127 and chr(changed) not in "/?#%,":
            raw[place] = changed
            return raw.decode()
    raise AssertionError(text)


@KINDS
def test_what_the_tool_sends_is_believed(tool, kind):
    made = tool(kind)
    for number in range(10):
        assert made.tell(number) == 202, number
    assert len(made.rows()) == 10


@SIGNERS
def test_one_bit_of_the_body_is_enough_to_be_refused(tool, kind):
    made = tool(kind)
    sent = made.sent(senders.payload(kind, 3))
    for place in range(0, len(sent.body), 41):
        body = bytearray(sent.body)
        body[place] ^= 1 << place % 8
        assert made.post(sent.but(body=bytes(body))) == 401, place
    assert made.rows() == []


@KINDS
def test_one_bit_of_the_signature_or_secret_is_enough_to_be_refused(tool, kind):
    made = tool(kind)
    sent = made.sent(senders.payload(kind, 3))
    for bit in range(40):
        if kind in senders.PROOF:
            proof = senders.PROOF[kind]
            value = sent.headers[proof]
            forged = sent.but(headers={**sent.headers, proof: value[:8] + flipped(value[8:], bit)})
        else:
            forged = sent.but(secret=flipped(sent.secret, bit))
        assert made.post(forged) == 401, bit
    assert made.rows() == []


@SIGNERS
def test_the_same_json_written_otherwise_is_refused(tool, kind):
    made = tool(kind)
    sent = made.sent(senders.payload(kind, 2))
    for written in (
        json.dumps(json.loads(sent.body), indent=1),
        json.dumps(json.loads(sent.body), separators=(",", ":")),
    ):
        assert made.post(sent.but(body=written.encode())) == 401
    assert made.post(sent.but(body=sent.body + b"\n")) == 401


@KINDS
def test_without_its_proof_it_is_refused(tool, kind):
    made = tool(kind)
    sent = made.sent(senders.payload(kind))
    needed = [name for name in (senders.PROOF.get(kind), senders.TIME.get(kind)) if name]
    needed += ["webhook-id"] if kind == "standard" else []
    for name in needed or [""]:
        without = {key: value for key, value in sent.headers.items() if key != name}
        assert made.post(sent.but(headers=without, secret="")) == 401, name
    assert AnswerSource.objects.get().refused_why == "missing"


@KINDS
def test_another_secret_is_refused(tool, kind):
    made = tool(kind)
    assert made.post(made.sent(senders.payload(kind), secret=senders.secret_for(kind, "another"))) == 401
    assert AnswerSource.objects.get().refused_why == "forged"


@KINDS
def test_the_secret_before_counts_for_a_week_beside_the_new_one(tool, kind):
    made = tool(kind)
    newer = setting_up.renew_secret(
        made.source, senders.secret_for(kind, "another") if kind in senders.SIGNS_THE_BODY else "", now=factories.NOW
    )
    newer = newer or senders.secret_for(kind, "another")
    for days, old in ((0, 202), (6.9, 202), (7, 401), (30, 401)):
        now = factories.later(days=days)
        with time_machine.travel(now, tick=False):
            number = int(days * 10)
            told = senders.payload(kind, number)
            assert made.post(made.sent(told, at=now)) == old, days
            assert made.post(made.sent(senders.payload(kind, number + 1), at=now, secret=newer)) == 202, days


@KINDS
def test_the_secret_before_can_be_ended_at_once(tool, kind):
    made = tool(kind)
    setting_up.renew_secret(
        made.source, senders.secret_for(kind, "another") if kind in senders.SIGNS_THE_BODY else "", now=factories.NOW
    )
    setting_up.drop_secret_before(made.source)
    assert made.tell() == 401


@TIMED
@pytest.mark.parametrize(("seconds", "status"), [(300, 202), (301, 401), (-300, 202), (-301, 401), (86400, 401)])
def test_what_was_signed_more_than_five_minutes_from_now_is_refused(tool, kind, seconds, status):
    made = tool(kind)
    signed_at = factories.NOW - timedelta(seconds=seconds)
    assert made.post(made.sent(senders.payload(kind), at=signed_at)) == status
    assert AnswerSource.objects.get().refused_why == ("expired" if status == 401 else "")


@TIMED
def test_its_time_cannot_be_changed(tool, kind):
    made = tool(kind)
    old = made.sent(senders.payload(kind), at=factories.later(hours=-1))
    fresh = made.sent(senders.payload(kind))
    time = senders.TIME[kind]
    assert made.post(old.but(headers={**old.headers, time: fresh.headers[time]})) == 401
    for odd in ("", "now", "1e9", "-1", "²", "9" * 30):
        assert made.post(fresh.but(headers={**fresh.headers, time: odd})) == 401, odd


def test_standard_webhooks_takes_one_of_several_signatures(tool):
    made = tool("standard")
    ours = made.sent(senders.payload("standard"))
    other = made.sent(senders.payload("standard"), secret=senders.OTHER_STANDARD_SECRET)
    both = f"v1a,xyz {other.headers['webhook-signature']} {ours.headers['webhook-signature']}"
    assert made.post(ours.but(headers={**ours.headers, "webhook-signature": both})) == 202


def test_a_secret_may_come_as_name_and_password(tool):
    made = tool("wootric")
    sent = made.sent(senders.payload("wootric"))
    told = "Basic " + base64.b64encode(f"loop:{made.secret}".encode()).decode()
    assert made.post(sent.but(secret="", headers={**sent.headers, "Authorization": told})) == 202
    for odd in ("Basic ???", "Basic", "Digest x", "Bearer", "Basic " + "w7" * 9):
        assert made.post(sent.but(secret="", headers={**sent.headers, "Authorization": odd})) == 401, odd


def test_what_is_not_believed_is_counted_and_not_kept(tool):
    made = tool("typeform")
    for _time in range(3):
        made.post(made.sent(senders.payload("typeform"), secret="another secret of somebody"))
    source = AnswerSource.objects.get()
    assert (source.refused_count, source.refused_at, source.refused_why) == (3, factories.NOW, "forged")
    assert ArrivedAnswer.objects.count() == 0
