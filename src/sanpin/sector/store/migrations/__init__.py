"""History of the domain's tables, oldest first."""
