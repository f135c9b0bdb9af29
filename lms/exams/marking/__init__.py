"""Marking by people: what waits for them, the marks they give, and how two of them agree."""
