"""Texts, numbers and dates in the reader's language; the English text is the catalogue's key."""

from sanpin.kit.i18n.catalogues import plural, translate
from sanpin.kit.i18n.errors import ErrorText, system_reason, translate_error, worded
from sanpin.kit.i18n.languages import (
    LANGUAGE_LABELS,
    LANGUAGES,
    environment_language,
    negotiate,
    normalise,
)
from sanpin.kit.i18n.translator import Translator

__all__ = [
    "LANGUAGES",
    "LANGUAGE_LABELS",
    "ErrorText",
    "Translator",
    "environment_language",
    "negotiate",
    "normalise",
    "plural",
    "system_reason",
    "translate",
    "translate_error",
    "worded",
]
