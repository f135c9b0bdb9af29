"""One file for each report: a query, and the frozen dataclasses that a page or a file shows."""
