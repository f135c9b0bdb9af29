"""Certificates: what is awarded, how it is made and signed, and how anyone checks it."""
