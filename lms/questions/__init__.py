"""Questions: banks, immutable versions, and one file for each kind."""
