"""The tables that the kit itself keeps, and their migrations."""
