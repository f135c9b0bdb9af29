"""Codes that stand in addresses: random, and easy to read out."""

import secrets

#: None of these can be taken for another.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_code() -> str:
    """Twelve letters, some 59 random bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(12))
