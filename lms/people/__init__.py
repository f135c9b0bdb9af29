"""People: the organisation, its posts, who holds them, and how they sign in."""
