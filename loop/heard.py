"""What changes about a case when its customer lets us hear from them, whichever way they choose?"""

from loop.models import Case


def from_customer(case: Case) -> None:
    """We wait for their answer no longer. The caller holds the lock of the case."""
    if case.waiting_since is not None:
        case.waiting_since = None
        case.save(update_fields=["waiting_since"])
