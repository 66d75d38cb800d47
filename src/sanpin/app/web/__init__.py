"""Pages and interfaces that belong to no domain: runs, imports, settings, search, the gates.

Each part has pages for people (`pages` or a module of its name) and, where programs need it too,
an interface (`api`). Both call the same functions of the kit.
"""

from fastapi import APIRouter

from sanpin.app.web.gates import error_page, login_page

__all__ = ["error_page", "login_page", "routers"]


def routers() -> tuple[APIRouter, ...]:
    """Return the routers of all pages and interfaces of this package.

    They are imported here and not above: the command line loads this package without serving pages.
    """
    from sanpin.app.web import search
    from sanpin.app.web.imports import api as imports_api
    from sanpin.app.web.imports import pages as imports_pages
    from sanpin.app.web.runs import api as runs_api
    from sanpin.app.web.runs import pages as runs_pages
    from sanpin.app.web.settings import access, inbox, reader, sample
    from sanpin.app.web.settings import api as settings_api

    modules = (runs_pages, runs_api, imports_pages, imports_api, settings_api)
    found = [module.router for module in modules]
    found += [module.router for module in (reader, access, inbox, sample, search)]
    return tuple(found)
