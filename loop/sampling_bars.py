"""Which of our own reasons keep a customer from being asked? While a case is open they hear from a person."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from feedback import sampling
from loop.models import Case


def _case_is_open(_question: sampling.Question) -> Exists:
    return Exists(Case.objects.open().filter(contact=OuterRef("pk")))


OPEN_CASE = sampling.Bar("open_case", _("has an open case"), _case_is_open)


def register() -> None:
    """Have every wave and every mail that is about to leave ask for open cases."""
    sampling.register(OPEN_CASE)
