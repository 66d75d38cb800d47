"""Measurements behind every claim of speed, size and accuracy; one folder per claim."""
