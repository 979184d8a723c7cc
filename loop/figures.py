"""What is made ready beforehand, so that reports over years need not read each answer and case?"""

from datetime import datetime

from feedback import tallies


def keep_ready(*, now: datetime) -> int:
    """Count the answers of ended days, and pack the cases that changed; returns how many days and packs."""
    from loop import case_packs  # and with it numpy: who takes an answer in has no use for it

    return tallies.tally_days(now=now) + case_packs.pack(now=now)
