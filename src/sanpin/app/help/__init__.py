"""The help of commands in the reader's language: its Chinese wording, and how it is printed.

`wording` finds the Chinese for a help text, `printing` puts the parts of a command's help on the
terminal. The generated references of the documentation use the same wording.
"""

from sanpin.app.help.wording import in_language, notes, wording

__all__ = ["in_language", "notes", "wording"]
