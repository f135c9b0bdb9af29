"""The signed token of an attempt: what a device needs to save answers without being looked up.

It names the attempt and the lease and never the deadline, which may move.
"""

from dataclasses import astuple, dataclass

from itsdangerous import BadSignature, URLSafeSerializer


class BadToken(ValueError):
    """The token was not made by this installation."""


@dataclass(frozen=True)
class Ticket:
    """What a token says: the attempt by key and by code, the lease it writes under, and how many items its paper has."""

    attempt_id: int
    code: str
    lease: str
    items: int


def sign(secret: str, ticket: Ticket) -> str:
    """The token as it travels in a header."""
    return str(_serializer(secret).dumps(astuple(ticket)))


def read(secret: str, token: str) -> Ticket:
    """The ticket of a token. Raises BadToken."""
    try:
        return Ticket(*_serializer(secret).loads(token))
    except BadSignature as error:
        raise BadToken from error


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="attempt")
