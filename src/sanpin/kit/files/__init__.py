"""Files in and out: tables of any kind read, matched, checked and stored; exports streamed."""

from sanpin.kit.files.kinds import Field, ImportKind, Source

__all__ = ["Field", "ImportKind", "Source"]
