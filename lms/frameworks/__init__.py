"""Competency frameworks: what questions, courses, exams and position standards refer to."""
