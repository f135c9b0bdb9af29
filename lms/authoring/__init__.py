"""Authoring: a draft becomes an edition, which never changes."""
