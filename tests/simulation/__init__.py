"""Companies whose truth is known: does Loop say of them what is so? `python -m tests.simulation` tells of 500 each."""
