"""Which languages are there that a survey could be asked in? Those Django knows by name."""

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info


def known() -> dict[str, str]:
    """Name by code, in the reader's language and by that name."""
    codes = [code for code, info in LANG_INFO.items() if "name" in info and len(code) <= 10]
    return dict(sorted(((code, name(code)) for code in codes), key=lambda pair: pair[1].casefold()))


def is_known(code: str) -> bool:
    return "name" in LANG_INFO.get(code, {})


def is_ours(code: str) -> bool:
    """Whether Loop ships its own texts in it."""
    return code in dict(settings.LANGUAGES)


def name(code: str) -> str:
    """The language's name in the reader's, "Swedish"; its code where nobody knows it."""
    ours = dict(settings.LANGUAGES)
    if code in ours:
        return str(ours[code])
    return str(get_language_info(code)["name_translated"]) if is_known(code) else code
