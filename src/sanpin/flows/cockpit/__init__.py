"""The page that opens first: what needs a decision today, and how the three pillars stand."""
