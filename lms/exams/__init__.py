"""Exams: papers, attempts, the journal of answers, and results that can be recomputed."""
