"""What does a mail server's refusal mean: is there nobody, or may it pass?

Servers agree neither on codes (RFC 3463) nor on words, and many say "5.7.1" of a mailbox that does not exist and
"5.1.1" of a mail they take for spam. So the words are read as well: an address is dead only where something says so,
and nothing says that it was about the mail, the sender or the moment.
"""

import re
from dataclasses import dataclass

ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
BASIC = re.compile(r"(?:^|[\s:;(])([245])\d\d(?=[\s\-,;)])")

# Codes of RFC 3463 and of Exchange that speak of the recipient's address or mailbox alone.
NOBODY_THERE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


ABOUT_THE_MOMENT = _any_of(
    r"spam",
    r"\bblocked\b",
    r"(?:black|block|deny|gr[ae]y) ?list",
    r"polic(?:y|ies)",
    r"reputation",
    r"rate limit|receiving mail (?:too|at a rate)|too (?:large|big|many)|exceed",
    r"quota|mailbox (?:is )?full|full mailbox|insufficient",
    r"\bdmarc\b|\bspf\b|\bdkim\b",
    r"try (?:again|later)|temporar|timed? ?out",
    r"not (?:authori[sz]ed|permitted)|sender (?:address )?rejected",
)
SAYS_NOBODY = _any_of(
    r"(?:user|recipient|address|alias|account|mailbox) unknown",
    r"unknown (?:or illegal )?(?:user|recipient|address|alias|to address|mailbox)",
    r"(?:no|not a) (?:such|valid) (?:user|mailbox|recipient|address|person|account)",
    r"(?:does not|doesn['’]t) (?:exist|have an? .{0,40}account)",
    r"(?:user|recipient|account|address|mailbox)[^.]{0,60}(?:not|isn['’]t) (?:exist|found|known)",
    r"(?:wasn['’]t|couldn['’]t be) found",
    r"recipient (?:address )?(?:rejected|not found|invalid)",
    r"invalid (?:recipient|mailbox|address)|bad destination mailbox|no mailbox here",
    r"(?:mailbox|account|user)[^.]{0,30}(?:unavailable|disabled|inactive|deactivated|closed|suspended)",
    r"unroute?able (?:address|mail domain)|domain not found|host (?:or domain name )?not found",
    r"no longer (?:with|works|employed|on server|active|valid)",
    r"Recip(?:ient)?NotFound",
)


@dataclass(frozen=True)
class Refusal:
    """What a server said. `status` is its enhanced code, "" when it gave none."""

    status: str
    is_permanent: bool  # nobody will ever get mail there


def weigh(told: str, status: str = "") -> Refusal | None:
    """What a refusal means; None when nothing in it says that mail was refused.

    Args:
        told: the server's words, with or without codes.
        status: the code a report gives beside them, "" for none.
    """
    codes = [code for code in (status, *(found[0] for found in ENHANCED.finditer(told))) if code]
    best = next((code for code in codes if not code.endswith(".0.0")), codes[0] if codes else "")
    basic = BASIC.search(told)
    degree = best[:1] or (basic[1] if basic else "")
    says_nobody = bool(SAYS_NOBODY.search(told))
    if degree == "2" or not (degree or says_nobody):
        return None
    may_pass = degree == "4" or bool(ABOUT_THE_MOMENT.search(told))
    return Refusal(best, not may_pass and (best in NOBODY_THERE or says_nobody))
