"""How do files come in by themselves, by the clock, from an address on the web or a folder of this server?

`setting_up` is the one door for what is fetched, from where and when; `rhythm` says when that is; `web` and `folder`
bring the file, within limits; `fetching` does what is due and hands a new file to `loop.imports`, as if somebody had
uploaded it; `following` goes on with it until it is imported, or waits for somebody's word.
"""


class PullFailed(Exception):
    """The file could not be fetched; says why, in words for whoever set it up."""


class NotYet(Exception):
    """The file is being written to: it is fetched in a minute."""
