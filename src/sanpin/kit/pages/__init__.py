"""Pages: templates of every package in one shell, with formats, macros and static files."""

from sanpin.kit.pages.assets import mount_static, static
from sanpin.kit.pages.formats import DASH, Formats
from sanpin.kit.pages.rendering import environment, render, render_text, rich
from sanpin.kit.pages.request import as_of_day, page_values
from sanpin.kit.pages.values import PageValues, current_page, entering, navigation

__all__ = [
    "DASH",
    "Formats",
    "PageValues",
    "as_of_day",
    "current_page",
    "entering",
    "environment",
    "mount_static",
    "navigation",
    "page_values",
    "render",
    "render_text",
    "rich",
    "static",
]
