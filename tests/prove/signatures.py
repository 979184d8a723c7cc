"""Is anybody but the real survey tool believed, or is the real one not? And is what it tells one answer, the newest?"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, permutations
from random import Random
from typing import Any
from urllib.parse import urlsplit

import time_machine

from feedback.answer_sources import fetching, processing, setting_up, tools
from feedback.answer_sources.calls import Call, Verdict
from feedback.answer_sources.setting_up import Facts
from feedback.models import Response
from tests import factories
from tests.feedback.answer_sources import senders
from tests.feedback.answer_sources.calling import Caller
from tests.prove.inside import silence
from tests.prove.proofs import Outcome, Run, proof

PAYLOADS = 10
REPLAYS = 10


@proof(
    "I2",
    "calls of survey tools, changed on their way, told again and out of order",
    must="wrong accepts 0, wrong rejects 0; told ten times one answer; the newest word stands",
    guard="the signature over the bytes that came: what is checked is the same JSON written anew, whenever signed",
    full=200,
    quick=10,
    off=3,
)
def signatures(run: Run) -> Outcome:
    """Ten payloads of each of nine sources: as sent, with so many single bits turned in each part that is proven,
    written anew, by another secret and by an old one, too early and too late, unproven, ten times, in any order."""
    silence()
    if not run.guarded:
        for kind, tool in tools.TOOLS.items():
            tools.TOOLS[kind] = replace(tool, verify=_written_anew(tool))
    found: Counter[str] = Counter()
    with time_machine.travel(factories.NOW, tick=False):
        for kind in senders.KINDS:
            _attack(kind, run.count, run.chance, found)
    wrong = {name: found[name] for name in ("wrong accepts", "wrong rejects", "doubled", "lost", "not the newest")}
    return Outcome(
        f"{len(senders.KINDS)} sources x {PAYLOADS} payloads, {found['calls']:,} calls",
        ", ".join(f"{name} {number}" for name, number in wrong.items()),
        sum(wrong.values()),
    )


def _written_anew(tool: tools.Tool) -> Any:
    """What libraries do that parse first: they check the JSON as they would write it, and no time."""

    def verify(call: Call, secrets: Sequence[str], now: datetime) -> Verdict:
        try:
            body = json.dumps(json.loads(call.body)).encode()
        except ValueError:
            body = call.body
        verdict = tool.verify(replace(call, body=body), secrets, now)
        return Verdict.GENUINE if verdict == Verdict.EXPIRED else verdict

    return verify


def _attack(kind: str, bits: int, chance: Random, found: Counter[str]) -> None:
    caller = _set_up(kind)
    others = senders.secret_for(kind, "another")

    def knock(sent: senders.Sent, *, believed: bool) -> None:
        found["calls"] += 1
        was = caller.post(sent) == 202
        found["wrong accepts"] += was and not believed
        found["wrong rejects"] += believed and not was

    for number in range(PAYLOADS):
        told = senders.payload(kind, number)
        sent = caller.sent(told)
        for changed in _changed(kind, sent, bits, chance):
            knock(changed, believed=False)
        knock(caller.sent(told, secret=others), believed=False)
        if kind in senders.TIME:
            for seconds, believed in ((301, False), (-301, False), (300, True), (-300, True)):
                at = factories.later(seconds=seconds)
                knock(caller.sent(senders.payload(kind, number + 100 + seconds), at=at), believed=believed)
        for _time in range(REPLAYS):
            knock(sent, believed=True)
    _processed(kind, caller, found)
    _out_of_order(kind, caller, found)
    older = caller.secret
    newer = setting_up.renew_secret(
        caller.source, "" if not tools.TOOLS[kind].makes_secret else others, now=factories.NOW
    )
    for days, believed in ((6.9, True), (7.1, False)):
        now = factories.later(days=days)
        with time_machine.travel(now, tick=False):
            knock(caller.sent(senders.payload(kind, 50), at=now, secret=older), believed=believed)
            knock(caller.sent(senders.payload(kind, 51), at=now, secret=newer or others), believed=True)


def _changed(kind: str, sent: senders.Sent, bits: int, chance: Random) -> list[senders.Sent]:
    """The same call, changed in every way that its proof covers."""
    found = []
    proof_header, time = senders.PROOF.get(kind), senders.TIME.get(kind)
    for _bit in range(bits):
        if kind in senders.SIGNS_THE_BODY:
            body = bytearray(sent.body)
            body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
            found.append(sent.but(body=bytes(body)))
        found += [
            sent.but(headers={**sent.headers, header: _turned(sent.headers[header], chance)})
            for header in (proof_header, time)
            if header
        ]
        if not proof_header:
            found.append(sent.but(secret=_turned(sent.secret, chance)))
    if kind in senders.SIGNS_THE_BODY:
        told = json.loads(sent.body)
        written = (json.dumps(told, indent=1), json.dumps(told, separators=(",", ":")), f"{sent.body.decode()}\n")
        found += [sent.but(body=each.encode()) for each in written]
    for header in [name for name in (proof_header, time) if name] or [""]:
        found.append(
            sent.but(secret="", headers={name: value for name, value in sent.headers.items() if name != header})
        )
    return found


def _turned(text: str, chance: Random) -> str:
    """The text with one bit turned, still one that a header or an address can hold."""
    while True:
        raw = bytearray(text.encode())
        # Of a word such as "Bearer" the case does not count: what is proven stands behind it.
        place = chance.randrange(len(text.rpartition(" ")[0]), len(raw))
        raw[place] ^= 1 << chance.randrange(7)
        if 33 <= raw[place] < 127 and chr(raw[place]) not in "/?#%,":
            return raw.decode()


def _processed(kind: str, caller: Caller, found: Counter[str]) -> None:
    """One answer of each payload, with its score; those signed within the minutes are answers as well."""
    _work()
    expected = Counter(number % 11 for number in range(PAYLOADS))
    answers = Response.objects.filter(source=caller.source.source)
    ours = answers.filter(external_id__in=[f"r-{number}" for number in range(PAYLOADS)])
    scores = Counter(ours.values_list("score", flat=True))
    found["lost"] += sum((expected - scores).values())
    found["doubled"] += sum((scores - expected).values())
    found["doubled"] += sum(response.revisions.count() for response in ours)


def _out_of_order(kind: str, caller: Caller, found: Counter[str]) -> None:
    """Three words of one answer in every order; of what is fetched, each call finds what stands then."""
    numbers = count(1000)
    for order in permutations(range(3)):
        name = f"r-{next(numbers)}"
        for nth in order:
            at = senders.BEGAN + timedelta(minutes=nth)
            told = senders.payload(kind, id=name, score=(9, 6, 2)[nth], at=at, updated=nth)
            _Api.newest[name] = (2, senders.BEGAN + timedelta(minutes=2))
            found["calls"] += 1
            found["wrong rejects"] += caller.post(caller.sent(told)) != 202
            _work()
        scores = list(Response.objects.filter(source=caller.source.source, external_id=name))
        found["not the newest"] += [response.score for response in scores] != [2]


def _work() -> None:
    while processing.read_due(now=factories.NOW) + processing.fetch_due(now=factories.NOW):
        pass


def _set_up(kind: str) -> Caller:
    tool = tools.TOOLS[kind]
    fetching.register(_Api.get)
    facts = Facts(
        name=kind,
        survey=factories.survey(),
        api_base=tool.hosts[0] if tool.hosts else "",
        token="token-of-the-api" if tool.by_id else "",
    )
    given = senders.secret_for(kind) if tool.makes_secret else ""
    source, shown = setting_up.create(kind=kind, facts=facts, secret=given, by="", now=factories.NOW)
    caller = Caller(source, given or shown)
    caller.renew(mapping=senders.MAPPINGS.get(kind, {}))
    return caller


class _Api:
    """What the tools that tell ids answer when they are asked."""

    newest: dict[str, tuple[int, datetime]] = {}

    @classmethod
    def get(cls, url: str, _headers: Any) -> tuple[int, bytes]:
        path = urlsplit(url).path
        if path.endswith("105724755/details"):
            return 200, json.dumps(senders.survey_monkey_details()).encode()
        name = path.removesuffix("/details").rpartition("/")[2]
        number = int(name.removeprefix("r-"))
        score, at = cls.newest.get(name, (number % 11, senders.BEGAN))
        told = {"id": name, "score": score, "comment": "", "email": "", "at": at}
        make = senders.hubspot_submission if "/crm/" in path else senders.survey_monkey_response
        return 200, json.dumps(make(told)).encode()
