"""What is a case in numbers? Kept for many of them in one row, so that a report of years need not read each.

Written by `loop.case_packs` only, but for the marks, which `loop.case_marks` has the database itself leave.
"""

from django.db import models


class CasePack(models.Model):
    """The cases whose numbers begin alike, as `loop.case_columns` writes them.

    What it says holds where `shape` is the one the code writes, but for the cases that have a mark.
    """

    block = models.BigIntegerField(primary_key=True, help_text="The number of a case divided by the size of a pack.")
    shape = models.PositiveSmallIntegerField(default=0, help_text="In which form it is written; 0: not yet.")
    cases = models.BinaryField(default=b"")
    digest = models.CharField(max_length=32, blank=True, help_text="Of the content: what was read once is known by it.")
    packed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.block)


class CaseMark(models.Model):
    """Something about this case has changed since it was packed. Left by the database in the same transaction.

    Rows and no flag: two that change cases of one pack do not wait for each other.
    """

    case_id = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return str(self.case_id)
