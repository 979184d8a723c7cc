"""What is sent to other systems in one request, and what is read of their answers?

Each leaves by `loop.outside.asking`, which never reaches inside. All of it together has ten seconds. Of the answer to a
POST only the status counts; a GET is for what survey tools tell by id only.
"""

from collections.abc import Iterator, Mapping

from feedback.answer_sources import fetching
from loop.outside import asking
from loop.outside.asking import Answer, NoAnswer

SECONDS = 10.0  # from the lookup to the last byte of the answer
ANSWER_LIMIT = 64 * 1024  # bytes read of an answer to a POST
CONTENT_LIMIT = 2 * 1024 * 1024  # bytes of what is fetched


def post(url: str, *, body: bytes, headers: dict[str, str]) -> Answer:
    """Send one POST.

    Raises:
        NoAnswer: nothing came back within ten seconds, or the address is not one to connect to.
    """
    return _ask("POST", url, headers, body, ANSWER_LIMIT)[0]


def get(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Fetch what stands at an address. Returns the status of HTTP and the content.

    Raises:
        NoAnswer: as `post`, or there is more than 2 MB of it.
    """
    answer, content = _ask("GET", url, headers, b"", CONTENT_LIMIT)
    if len(content) > CONTENT_LIMIT:
        raise NoAnswer("the answer is too large", took_ms=answer.took_ms)
    return answer.status, content


def fetch(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """`get`, as `feedback.answer_sources.fetching` asks for it.

    Raises:
        NoReply: there is no answer.
    """
    try:
        return get(url, headers)
    except NoAnswer as error:
        raise fetching.NoReply(str(error)) from error


def _ask(method: str, url: str, headers: Mapping[str, str], body: bytes, limit: int) -> tuple[Answer, bytes]:
    """The answer and what was sent back, up to a limit: some receivers take an unread answer for a failure of ours."""
    found = bytearray()

    def read(_answer: Answer, pieces: Iterator[bytes]) -> None:
        for piece in pieces:
            found.extend(piece)
            if len(found) > limit:
                break

    answer = asking.ask(method, url, headers, body=body, seconds=SECONDS, read=read)
    return answer, bytes(found)
