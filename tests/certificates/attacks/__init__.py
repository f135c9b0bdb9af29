"""Hostile files, each made anew from certificates that were really issued, with the answer that each must get."""
