"""Which guide and which call form does a caller get, and what may its questions be answered with?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.text import slugify
from django.utils.translation import gettext as _

from feedback import wording
from feedback.models import Survey
from loop import setup_history, setup_versions
from loop.changes import ChangeRefused
from loop.locking import StepRefused
from loop.models import Case, ConversationGuide, User
from loop.models.guide import QuestionKind

ANSWER_LIMIT = 2000  # characters
TEXT_LIMIT = 4000  # characters
MOST_QUESTIONS = 12


def holding(survey: Any, category: Any) -> QuerySet[ConversationGuide]:
    """The guides for answers to a survey of a category, first the one that holds.

    That of the survey and category, else of the survey, else of the category, else of all.
    """
    return ConversationGuide.objects.filter(
        Q(survey=survey) | Q(survey=None), Q(category=category) | Q(category="")
    ).order_by(F("survey").asc(nulls_last=True), "-category")


def for_case(case: Case) -> ConversationGuide | None:
    """The guide that holds for a case."""
    return holding(case.response.survey_id, case.response.category).first()


def open_cases(guide: ConversationGuide) -> int:
    """For how many open cases this guide holds."""
    holds = Subquery(holding(OuterRef("response__survey"), OuterRef("response__category")).values("pk")[:1])
    return Case.objects.open().annotate(its_guide=holds).filter(its_guide=guide.pk).count()


@transaction.atomic
def create(*, survey: Survey | None, category: str, actor: User | None, now: datetime) -> ConversationGuide:
    """Begin a guide of its own for a survey or a category, as a copy of the one that holds there until now.

    Raises:
        ChangeRefused: there is one already.
    """
    if ConversationGuide.objects.filter(survey=survey, category=category).exists():
        raise ChangeRefused("survey", _("There is a guide for these answers already."))
    model = holding(survey, category).first()
    guide = ConversationGuide(
        survey=survey,
        category=category,
        texts=dict(model.texts) if model else {},
        questions=list(model.questions) if model else [],
    )
    setup_history.save(guide, actor=actor, now=now)
    return guide


def cleaned_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """The words of a guide as they are stored. Raises ChangeRefused where there are none, or too many."""
    kept = {language: "\n".join(lines({language: text}, language)[1]) for language, text in texts.items()}
    for language, text in kept.items():
        if len(text) > TEXT_LIMIT or "\x00" in text:
            raise ChangeRefused(language, _("At most %(limit)d characters are allowed.") % {"limit": TEXT_LIMIT})
    kept = {language: text for language, text in kept.items() if text}
    if not kept:
        raise ChangeRefused("", _("A guide needs words in one language at least."))
    return kept


@transaction.atomic
def change_texts(
    *, guide_id: int, texts: Mapping[str, str], actor: User | None, now: datetime, seen: int | None = None
) -> ConversationGuide:
    """Change what a caller reads, by language. Raises ChangeRefused, which names the language, or ChangedMeanwhile."""
    cleaned = cleaned_texts(texts)
    guide = ConversationGuide.objects.select_for_update().get(pk=guide_id)
    setup_versions.require_seen(guide, seen)
    guide.texts = cleaned
    setup_history.save(guide, actor=actor, now=now)
    return guide


@transaction.atomic
def save_question(
    *,
    guide_id: int,
    key: str = "",
    question: Mapping[str, Any],
    actor: User | None,
    now: datetime,
    seen: int | None = None,
) -> ConversationGuide:
    """Add a question to the call form, or change the one with this key. Answers given before keep their own words.

    Raises:
        ChangeRefused: names what is wrong.
        ChangedMeanwhile: it is not the version of the guide that was `seen`.
    """
    guide = ConversationGuide.objects.select_for_update().get(pk=guide_id)
    setup_versions.require_seen(guide, seen)
    labels = {language: label.strip() for language, label in question["labels"].items() if label.strip()}
    choices = {language: options for language, options in question["options"].items() if options}
    if not labels:
        raise ChangeRefused("", _("A question needs words in one language at least."))
    if any(len(label) > 300 or "\x00" in label for label in labels.values()):
        raise ChangeRefused("", _("At most %(limit)d characters are allowed.") % {"limit": 300})
    if question["kind"] == QuestionKind.CHOICE:
        counts = {len(options) for options in choices.values()}
        if not counts or min(counts) < 2:
            raise ChangeRefused("", _("Give two answers to choose from, at least, one in each line."))
        if len(counts) > 1:
            raise ChangeRefused("", _("Each language needs the same number of answers, in the same order."))
        if any(len(set(options)) < len(options) for options in choices.values()):
            raise ChangeRefused("", _("Two of the answers to choose from are the same."))
    made = {
        "key": key or _new_key(guide, words(labels)),
        "kind": question["kind"],
        "required": bool(question["required"]),
        "labels": labels,
        "options": choices if question["kind"] == QuestionKind.CHOICE else {},
    }
    if key:
        if guide.question(key) is None:
            raise ChangeRefused("", _("Somebody has removed this question meanwhile."))
        guide.questions = [made if asked["key"] == key else asked for asked in guide.questions]
    else:
        if len(guide.questions) >= MOST_QUESTIONS:
            raise ChangeRefused("", _("At most %(n)d questions: a call is not a form.") % {"n": MOST_QUESTIONS})
        guide.questions = [*guide.questions, made]
    setup_history.save(guide, actor=actor, now=now)
    return guide


@transaction.atomic
def remove_question(*, guide_id: int, key: str, actor: User | None, now: datetime) -> ConversationGuide:
    """Take a question off the call form. What was answered stays on the timelines."""
    guide = ConversationGuide.objects.select_for_update().get(pk=guide_id)
    guide.questions = [asked for asked in guide.questions if asked["key"] != key]
    setup_history.save(guide, actor=actor, now=now)
    return guide


def _new_key(guide: ConversationGuide, label: str) -> str:
    base = slugify(label)[:40].strip("-") or "question"
    taken = {asked["key"] for asked in guide.questions}
    return next(key for key in (base, *(f"{base}-{n}" for n in range(2, 1000))) if key not in taken)


def lines(texts: Mapping[str, str], *languages: str) -> tuple[str, list[str]]:
    """The language and the lines of a guide: in the first of these languages it has words in, else in any."""
    for language in (*languages, settings.LANGUAGE_CODE, "en", *texts):
        told = [line.strip() for line in texts.get(language, "").splitlines() if line.strip()]
        if told:
            return language, told
    return "", []


def spoken(case: Case, reader_language: str) -> tuple[str, str]:
    """In which languages a guide helps on this call: the customer's, then the reader's."""
    return wording.language_of(case.contact), reader_language


def words(by_language: Mapping[str, Any], *languages: str) -> Any:
    """What stands there in the first of these languages, else in the project's, else in any; "" for nothing."""
    for language in (*languages, settings.LANGUAGE_CODE, "en", *by_language):
        if by_language.get(language):
            return by_language[language]
    return ""


def options(question: Mapping[str, Any], *languages: str) -> list[tuple[str, str]]:
    """The answers to choose from: as they are stored, in the project's language, and as they are shown."""
    stored = words(question.get("options") or {}) or []
    shown = words(question.get("options") or {}, *languages) or []
    return list(zip(stored, shown if len(shown) == len(stored) else stored, strict=True))


def answered(case: Case, given: Mapping[str, Any], *, reached: bool) -> list[dict[str, Any]]:
    """Check the answers of a call form and put them as the timeline keeps them, readable for good.

    Raises:
        StepRefused: names the question as `answers.<key>`.
    """
    guide = for_case(case) if given or reached else None
    questions = guide.questions if guide else []
    unknown = [key for key in given if key not in {question["key"] for question in questions}]
    if unknown:
        raise StepRefused(f"answers.{unknown[0]}", _("The call form of this case has no such question."))
    told = []
    for question in questions:
        value = _checked(question, given.get(question["key"]))
        if value is not None:
            kind, asked = question["kind"], words(question["labels"])
            told.append({"key": question["key"], "kind": kind, "question": asked, "answer": value})
    return told


def _checked(question: Mapping[str, Any], value: Any) -> Any:
    key, kind = question["key"], question["kind"]
    value = value.strip() if isinstance(value, str) else value
    if value is None or value == "":
        return None

    def refuse(message: str) -> StepRefused:
        return StepRefused(f"answers.{key}", message)

    if kind == QuestionKind.YES_NO:
        if not isinstance(value, bool):
            raise refuse(_("This is answered with yes or no."))
    elif kind == QuestionKind.NUMBER:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= 1e15:
            raise refuse(_("This is answered with a number."))
    elif not isinstance(value, str) or len(value) > ANSWER_LIMIT or "\x00" in value:
        raise refuse(_("This is answered with words, at most %(limit)d characters.") % {"limit": ANSWER_LIMIT})
    elif kind == QuestionKind.CHOICE:
        known = [stored for stored, _shown in options(question)]
        if value not in known:
            raise refuse(_("“%(value)s” is not one of %(known)s.") % {"value": value[:50], "known": ", ".join(known)})
    return value
