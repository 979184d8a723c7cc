"""Which survey tools tell us of answers by themselves, and how does what they send become answers of ours?

A call is verified over its raw bytes (one module a tool), kept as it came (`arriving`), and read later from the
database (`processing`): a reader that is wrong loses nothing, since what came can be read again.
"""
