"""Codes that stand in addresses: random, and easy to read out."""

import secrets

#: None of these can be taken for another.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_code(length: int = 12) -> str:
    """Twelve letters, some 59 random bits; eight, some 39, where the code opens nothing by itself."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))
