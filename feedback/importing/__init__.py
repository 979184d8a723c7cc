"""How does a survey tool's export become answers we can trust?

In stages, each of which can be read alone: `encoding` (bytes to text), `delimiter` and `records` (text to records),
`workbook` (the same for XLSX), `headers` (whose export is it), `table` (all of that behind one door), `columns` (which
column means what), `dates` and `scores` (text to values), `rows` (a record to a checked answer or an error
at its line).
Nothing in this package guesses silently: it is sure, or it says what it took for granted, or it refuses.
"""


class UnusableFile(ValueError):
    """The file as a whole cannot be imported; the message says why and what to do about it."""
