"""Regrading: a question is corrected after it was asked, and every attempt that had it is graded again."""
