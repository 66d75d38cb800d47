"""Sanpin (三品): the open industry brain and future factory for consumer goods."""

__all__ = ["__version__"]

__version__ = "0.1.0"
