"""Benchmarks: counts and ratios taken in one run, with real HTTP, real sign-ins and a real database."""
