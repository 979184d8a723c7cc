"""How does a message reach a chat, and which failures are worth another try?"""

from notifications import chat_services
from notifications.channels.base import Envelope, SendFailed
from notifications.channels.guarded import guarded
from notifications.channels.sms import ERROR, NEVER_REACHED, listening

PASSING = frozenset({"408", "425", "429"})  # of the answers that begin with 4: try again


class ChatChannel:
    """One message into one chat. Nothing is kept open between two of them."""

    def send(self, envelope: Envelope) -> None:
        """Say it in the chat behind `envelope.secret`.

        Raises:
            SendFailed: with what the chat said.
        """
        with listening() as heard, guarded():
            try:
                chat = chat_services.of(envelope.secret)
                done = chat.plugin.notify(body=envelope.text.strip(), title="")
            except chat_services.ChatRefused as refused:
                raise SendFailed(str(refused), permanent=True) from refused
            except Exception as error:  # a plugin's own bug is no reason to lose the line
                raise SendFailed(f"the chat's program failed: {type(error).__name__}") from error
        if not done:
            raise judged("\n".join(heard))

    def close(self) -> None:
        """There is nothing to let go of."""


def judged(told: str) -> SendFailed:
    """What a failure means for another try, by what Apprise logged. Its words may hold the address: ours do not."""
    code = found.group(1) if (found := ERROR.search(told)) else ""
    if not code:
        if "not on the public internet" in told:
            return SendFailed("the chat is not on the public internet", permanent=True)
        never = NEVER_REACHED.search(told) is not None
        return SendFailed("the chat does not answer", unreachable=True, maybe_sent=not never)
    if code.startswith("4") and code not in PASSING:
        return SendFailed(f"the chat refused it (HTTP {code}): perhaps its address was taken back", permanent=True)
    return SendFailed(f"the chat could not take it (HTTP {code})")
