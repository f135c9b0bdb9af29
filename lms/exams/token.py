"""The signed token of an attempt: what a device needs to save answers without being looked up.

It names the attempt and the lease and never the deadline, which may move.
"""

from dataclasses import astuple, dataclass
from functools import cache, lru_cache
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from lms.questions import shapes

#: Tokens of about 300 bytes whose tickets are remembered in a process: all who sit an exam at once.
_KEPT = 8_192


class BadToken(ValueError):
    """The token was not made by this installation."""


@dataclass(frozen=True)
class Ticket:
    """What a token says: the attempt by key and by code, the lease it writes under, how many items its paper has, and their shapes.

    shapes: a letter for each item (questions/shapes.py). Empty in a token that was signed before there were any: an exam that is
    under way goes on, and an answer without sense is marked 0.
    """

    attempt_id: int
    code: str
    lease: str
    items: int
    shapes: str = ""

    def fits(self, item: int, value: Any) -> bool:
        """Whether an answer has the shape that its question asks for."""
        return not self.shapes or shapes.fits(self.shapes[item - 1], value)


def sign(secret: str, ticket: Ticket) -> str:
    """The token as it travels in a header."""
    return str(_serializer(secret).dumps(astuple(ticket)))


@lru_cache(maxsize=_KEPT)
def read(secret: str, token: str) -> Ticket:
    """The ticket of a token. Raises BadToken. A device sends the same one with each save: it is verified once in a while."""
    try:
        return Ticket(*_serializer(secret).loads(token))
    except (BadSignature, UnicodeError) as error:  # a file may hold what no header can
        raise BadToken from error


@cache
def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="attempt")
