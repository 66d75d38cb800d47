"""Texts, numbers and dates in the reader's language; the English text is the catalogue's key."""

from sanpin.kit.i18n.catalogues import plural, translate
from sanpin.kit.i18n.errors import ErrorText, translate_error
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
    "translate",
    "translate_error",
]
