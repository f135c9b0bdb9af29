"""Full-text search: one narrow interface, one analyser, two engines. People are searched in the database, not here."""
