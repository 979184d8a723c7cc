"""How does a sample become the mail that reaches us about one of our own?"""

from base64 import b64encode
from uuid import uuid4

from notifications import return_address
from notifications.channels.email import domain

ENCODED = "Reporting-MTA: dns; mx.customer.example\n\nFinal-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n"


def letter(sample: str, message_id=None, to: str = "anna@customer.example", *, signed: bool = True) -> bytes:
    """The sample about this mail of ours. Without `signed` its own header and address are somebody's invention."""
    message_id = message_id or uuid4()
    name = return_address.name_of(message_id) if signed else f"{message_id.hex}-{'0' * return_address.SIGNATURE_LENGTH}"
    text = sample.replace("{encoded}", b64encode(ENCODED.replace("{to}", to).encode()).decode())
    text = text.replace("{name}", name).replace("{id}", f"{message_id}@{domain()}").replace("{to}", to)
    return text.replace("\n", "\r\n").encode()
