"""Telling people: which message goes to whom, when, and did it leave? Reads `loop` and `feedback`, writes neither."""
