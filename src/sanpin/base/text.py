"""Marking of texts that a person reads, so that the catalogues can carry them."""

__all__ = ["N_"]


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark an English text for the catalogue and return it unchanged.

    The English text is the catalogue's key. It is translated where it is shown, never here.
    """
    return message
