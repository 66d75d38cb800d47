"""Migrations of master data, one linear history."""
