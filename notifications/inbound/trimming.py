"""What did somebody write, without what they answer to? Text out of whatever a mail is made of, history cut off.

`mail-parser-reply` knows how mail programs introduce what they quote; Finnish and Norwegian are added here. Where
nothing would be left, or the answer stands below the quotation, the whole is kept: too much is better than nothing.
"""

import re
from functools import cache

import html2text
from mailparser_reply import EmailReplyParser, constants

LONGEST = 100_000  # characters that are looked at
KEPT = 20_000  # characters of a reply that are kept as its text
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Nothing is looked for beyond the next beginning of the same: a thousand of them without an end would take minutes.
HIDDEN = re.compile(r"<(style|script|head|title)\b(?:(?!<\1\b).)*?</\1\s*>", re.IGNORECASE | re.DOTALL)
COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)
# What begins like a tag and meets the next one before its own end is none; the library's parser takes minutes for many.
NO_TAG = re.compile(r"<(?=[^<>]*(?:<|\Z))")
LONG_LINE = re.compile(r"([^\n]{800,998})[ \t]|[^\n]{998}(?=[^\n])")

_QUOTED = constants.QUOTED_MATCH_INCLUDE

#: As the library writes its own; it has no Finnish and no Norwegian.
ADDED = {
    "fi": {
        "wrote_header": r"^(?!.*kirjoitti:.*kirjoitti:)(" + _QUOTED + r"[^\n]{0,200}(?:\n[^\n]{0,120})?\skirjoitti:)$",
        "from_header": r"((?:(?:^|\n|\n" + _QUOTED + r")[* ]*"
        r"(?:Lähettäjä|Lähetetty|Vastaanottaja|Aihe|Päivämäärä|Päiväys|Kopio):[ *]*(?:\s{,2}).*){2,}(?:\n.*){,1})",
        "sent_from": "Lähetetty minun|Lähetetty laitteesta|Lähetetty iPhonesta",
        "signatures": ["Ystävällisin terveisin", "Terveisin", "Parhain terveisin"],
        "disclaimers": ["Huomio:"],
    },
    "nb": {
        "wrote_header": r"^(?!.*skrev.*skrev)(" + _QUOTED + r"[^\n]{0,200}\sskrev\s(?:[^\n]{1,200}\n?[^\n]{0,100}):)$",
        "from_header": r"((?:(?:^|\n|\n" + _QUOTED + r")[* ]*"
        r"(?:Fra|Sendt|Til|Emne|Dato|Kopi):[ *]*(?:\s{,2}).*){2,}(?:\n.*){,1})",
        "sent_from": "Sendt fra min",
        "signatures": ["Vennlig hilsen", "Med vennlig hilsen", "Hilsen"],
        "disclaimers": ["Advarsel:"],
    },
}


def without_history(text: str) -> str:
    """The new part of a reply; the whole where no new part stands above what is quoted."""
    text = clean(text)[:LONGEST]
    newest = str(_parser().read(_folded(text)).replies[0].content if text else "")
    lines = newest.splitlines()
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        lines.pop()
    kept = "\n".join(lines).strip()
    is_new = any(line.strip() and not line.lstrip().startswith(">") for line in lines)
    return (kept if is_new else text.strip())[:KEPT]


def _folded(text: str) -> str:
    """With lines no longer than a mail may send (RFC 5322, 2.1.1); the parser takes minutes for a very long one."""
    return LONG_LINE.sub(lambda found: f"{found[1] or found[0]}\n", text)


def from_html(html: str) -> str:
    """HTML as plain text: no pictures, no addresses of links, quotations marked by ">"."""
    reader = html2text.HTML2Text(bodywidth=0)
    reader.ignore_images = reader.ignore_links = reader.ignore_emphasis = reader.ignore_tables = True
    reader.single_line_break = True
    reader.unicode_snob = True
    reader.escape_snob = False
    seen = COMMENT.sub("", HIDDEN.sub("", html[: LONGEST * 5]))
    return unescaped(reader.handle(NO_TAG.sub("&lt;", seen)))


def unescaped(text: str) -> str:
    """Without the backslashes that keep a number or a dash from being taken for a list."""
    return re.sub(r"(?m)^([ \t]*\d+)\\\.", r"\1.", re.sub(r"\\([-+#*_>])", r"\1", text))


def clean(text: str) -> str:
    """Without characters that are not seen and may turn a line around."""
    text = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))
    return re.sub(r"\n{4,}", "\n\n\n", CONTROL.sub("", text)).strip()


@cache
def _parser() -> EmailReplyParser:
    constants.MAIL_LANGUAGES.update(ADDED)
    return EmailReplyParser(languages=["en", "sv", "da", "nb", "fi", "de"])
