"""Certificates: earning, making and checking them."""
