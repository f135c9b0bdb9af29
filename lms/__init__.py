"""Teruji: learning, examination and competency certification."""
