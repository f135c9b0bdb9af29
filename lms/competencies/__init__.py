"""Competencies: what a position asks for, what is proved, and the gap between."""
