"""How does everything leave Loop, and come into another: as JSON lines, a file a table, with a manifest?

`tables` says what belongs to it and what never leaves, `values` how a value is written; `giving` writes, `taking`
reads.
"""

FORMAT = 1  # of the files; another one is refused
MANIFEST = "manifest.json"


class Refused(ValueError):
    """It cannot be given or taken; the message says why."""
