"""Appeals (sanggah): a candidate disputes an item, and a panel rules."""
