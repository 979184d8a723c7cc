"""surveys/<key>/words/ and its try/: which words open a case for an answer that is no low score, and would have?"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.editing import Edit
from feedback.models import Survey
from loop import access, word_rules
from loop.api.caller import Caller
from loop.api.idempotency import idempotent
from loop.api.operation import LoopView, operation
from loop.api.serializers.word_rules import WordRuleBody, WordRuleChange, WordRuleShown, WouldOpenAnswer
from loop.changes import ChangeRefused

MOST_TOLD = 200
EXAMPLE = OpenApiExample(
    "Of passives, in two languages",
    value={
        "for_promoters": False,
        "for_passives": True,
        "words": {"en": ["too slow", "disappoint"], "sv": ["besvik", "inget svar"]},
    },
    request_only=True,
)


class WordRuleView(LoopView):
    @operation(
        scope="read",
        people=access.may_manage,
        name="get_word_rule",
        summary="Which words open a case for a higher score",
        description="Where nobody has written a rule it opens nothing, and holds the lists to begin with.",
        answers={200: WordRuleShown},
        problems=[404],
    )
    def get(self, request: Request, key: str) -> Response:
        return Response(WordRuleShown(word_rules.rule_of(get_object_or_404(Survey, key=key))).data)

    @operation(
        scope="manage",
        people=access.may_manage,
        name="put_word_rule",
        summary="Set which words open a case for a higher score",
        description="Holds for answers that come in from now on.",
        request=WordRuleChange,
        answers={200: WordRuleShown},
        problems=[404, 409],
        examples=[EXAMPLE],
    )
    def put(self, request: Request, key: str) -> Response:
        caller, now = Caller.of(request), timezone.now()
        survey = get_object_or_404(Survey, key=key)
        body = WordRuleChange(data=request.data)
        body.is_valid(raise_exception=True)
        facts = dict(body.validated_data)
        by = caller.person.email if caller.person is not None else caller.via
        edit = Edit(by=by, at=now, version=facts.pop("version", None))
        with _fields_of_the_body():
            rule = word_rules.change(survey, facts, actor=caller.person, edit=edit, now=now)
        return Response(WordRuleShown(rule).data)


class TryWordRuleView(LoopView):
    @operation(
        scope="read",
        people=access.may_manage,
        name="try_word_rule",
        summary="For which answers of the last 30 days would these words have opened a case?",
        description="Changes nothing.",
        request=WordRuleBody,
        answers={200: WouldOpenAnswer},
        problems=[404],
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        survey = get_object_or_404(Survey, key=key)
        body = WordRuleBody(data=request.data)
        body.is_valid(raise_exception=True)
        with _fields_of_the_body():
            rule = word_rules.changed(survey, body.validated_data)
        found = word_rules.would_open(rule, now=timezone.now())
        told = {
            "looked_at": found.looked_at,
            "would_open": len(found.found),
            "answers": found.found[:MOST_TOLD],
        }
        return Response(WouldOpenAnswer(told).data)


@contextmanager
def _fields_of_the_body() -> Iterator[None]:
    """A form has a field for each language; a body has them in one."""
    try:
        yield
    except ChangeRefused as refused:
        raise ChangeRefused(refused.field.replace("words-", "words."), refused.message) from None
