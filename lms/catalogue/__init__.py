"""The catalogue: courses, their editions and lessons, and who learns them."""
