"""How is what is set up for one survey stored, which has no row until somebody changes it for the first time?

Such a row begins at version 0, so that of two people who both saw none the slower one is told.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from feedback.editing import ChangedMeanwhile, Edit, stamp
from feedback.models import Survey
from loop import setup_history
from loop.models import ThanksPolicy, User, WordRule

Rule = TypeVar("Rule", ThanksPolicy, WordRule)


@transaction.atomic
def store(
    model: type[Rule], survey: Survey, facts: Mapping[str, Any], *, actor: User | None, edit: Edit, now: datetime
) -> Rule:
    """Put these facts into the row of a survey, new or known, and remember who did.

    Raises:
        ChangedMeanwhile: somebody was faster.
    """
    row = model.objects.select_for_update().filter(survey=survey).first() or model(survey=survey, version=0)
    stamp(row, edit)
    for name, value in facts.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            setup_history.save(row, actor=actor, now=now)
    except IntegrityError:  # two wrote the first one at once
        faster = model.objects.filter(survey=survey).first()
        if faster is None:
            raise
        raise ChangedMeanwhile(faster) from None
    return row
