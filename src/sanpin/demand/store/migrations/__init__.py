"""Migration scripts of the domain, one linear history."""
