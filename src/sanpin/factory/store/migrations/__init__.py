"""Migrations of the domain's tables, one linear history."""
