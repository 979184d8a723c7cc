"""Which tables and columns leave Loop, and which never do?

Secrets never leave: whoever reads the files can sign in nowhere. A column that must hold something is filled anew by
whoever takes them: a password nobody knows, the fingerprint of a link by the key of the new installation.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db.models import Field, GeneratedField, Model

from feedback import tokens
from feedback.models import AnswerSource, Invitation, SurveyLink
from loop.models import CalendarFeed, CaseMail, CustomerPage, FilePull, Thanks, User

OURS = ("feedback", "loop", "notifications")
Fill = Callable[[Mapping[str, Any]], Any]

#: Tables that never leave, and why; the manifest says it too.
LEFT_OUT: dict[str, str] = {
    "loop.ApiKey": "keys of other systems; make new ones",
    "loop.IdempotencyRecord": "answers to requests of the last days, which may hold anything",
    "feedback.AnswerPack": "counted again from the answers",
    "feedback.AnswerTally": "counted again from the answers",
    "feedback.TalliedDay": "counted again from the answers",
    "feedback.TallyMark": "counted again from the answers",
    "loop.CaseMark": "packed again from the cases",
    "loop.CasePack": "packed again from the cases",
    "feedback.ArrivedAnswer": "calls of survey tools as they came; what was read of them leaves",
    "loop.FileImport": "imports of files; the files stay where they are",
    "loop.FileImportEvent": "imports of files; the files stay where they are",
    "loop.FilePullRun": "times a file was fetched; its import stays where it is",
    "loop.User_groups": "groups of Django's own admin",
    "loop.User_user_permissions": "rights of Django's own admin",
}


def _link(purpose: tokens.Purpose) -> Fill:
    return lambda row: tokens.fingerprint(tokens.derive(purpose, row["public_id"]))


def _always(value: str) -> Fill:
    return lambda row: value


#: Columns that never leave, by model, and what stands in them afterwards.
SECRETS: dict[str, dict[str, Fill]] = {
    # Nothing opens an empty one, so no call is believed before a secret is given anew.
    AnswerSource._meta.label: dict.fromkeys(("secret", "secret_before", "api_token"), _always("")),
    # Two installations that fetch the same files would tell the same people twice: somebody switches it on.
    FilePull._meta.label: {"secret": _always(""), "is_active": lambda row: False},
    User._meta.label: {"password": lambda row: make_password(None)},
    Invitation._meta.label: {"token_hash": _link("answer")},
    SurveyLink._meta.label: {
        "token_hash": lambda row: tokens.fingerprint(tokens.derive(row["kind"], row["public_id"]))
    },
    CalendarFeed._meta.label: {"token_hash": _link("calendar")},
    CustomerPage._meta.label: {"token_hash": _link("case")},
    Thanks._meta.label: {"token_hash": _link("thanks")},
}

#: Columns whose texts hold links that open something; these are cut out of them.
WITH_LINKS: dict[str, tuple[str, ...]] = {CaseMail._meta.label: ("text", "original")}


def keep_back(model: str, *, secrets: Mapping[str, str] | None = None, links: Iterable[str] = ()) -> None:
    """Say what of a table of a package above never leaves; called once, when Django has loaded the models."""
    SECRETS[model] = {name: _always(value) for name, value in (secrets or {}).items()}
    WITH_LINKS[model] = tuple(links)


@dataclass(frozen=True)
class Whole:
    """One table as it leaves."""

    model: type[Model]
    columns: tuple["Field[Any, Any]", ...]
    secrets: Mapping[str, Fill] = field(default_factory=dict)
    links: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.model._meta.db_table}.jsonl"


def tables() -> Iterator[Whole]:
    """Every table that leaves, by name: the order of the files means nothing, all rows come in together."""
    models = (one for one in apps.get_models(include_auto_created=True) if one._meta.app_label in OURS)
    for model in sorted(models, key=lambda one: one._meta.db_table):
        label = model._meta.label
        if label in LEFT_OUT or model._meta.proxy or not model._meta.managed:
            continue
        secrets = SECRETS.get(label, {})
        kept = (one for one in model._meta.concrete_fields if not isinstance(one, GeneratedField))
        yield Whole(
            model,
            tuple(one for one in kept if one.name not in secrets),
            secrets,
            frozenset(WITH_LINKS.get(label, ())),
        )
