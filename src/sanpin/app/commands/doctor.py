"""``sanpin doctor``: check the installation and say what to do about each finding.

A check never stops the ones after it: whoever asks for help with a broken installation wants to
see all that is wrong with it at once. Remedies are told only for what is not well.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from shutil import disk_usage

from sanpin.base import N_, SanpinError
from sanpin.kit.cli import current_context, options, print_result, say
from sanpin.kit.registry import domains, load

__all__ = ["doctor"]

# The packages whose absence is told by name; without them nothing else would load.
NEEDED = ("polars", "numpy", "ortools", "sqlalchemy", "alembic", "fastapi", "babel", "openpyxl")
LEAST_FREE_GB = 1.0


def doctor() -> int:
    """Check Python, packages, domains, vendor bundles, disk and the workspace."""
    findings = [*_python(), *_packages(), *_domains(), *_bundles(), *_workspace()]
    good = all(finding["ok"] for finding in findings)
    print_result({"ok": good, "checks": findings}, lambda: "\n".join(map(_line, findings)))
    return 0 if good else 1


Finding = dict[str, object]


def _finding(check: str, ok: bool, detail: str, remedy: str = "") -> Finding:
    """Return one finding; a remedy only where something is wrong."""
    return {"check": check, "ok": ok, "detail": detail, "remedy": "" if ok else remedy}


def _line(finding: Finding) -> str:
    """Return a finding for people, its shape saying the same as its colour would."""
    mark = "●" if finding["ok"] else "◆"
    remedy = f"\n    → {finding['remedy']}" if finding["remedy"] else ""
    return f"{mark} {finding['check']}: {finding['detail']}{remedy}"


def _python() -> list[Finding]:
    """Check the version of Python."""
    found = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info >= (3, 11)
    return [_finding("Python", fine, found, say(N_("Install Python 3.11 or newer.")))]


def _packages() -> list[Finding]:
    """Check the packages that are needed, and say which of the optional ones are there."""
    findings = []
    for name in NEEDED:
        try:
            findings.append(_finding(name, True, version(name)))
        except PackageNotFoundError:
            missing = say(N_("missing"))
            findings.append(_finding(name, False, missing, f"pip install {name}"))
    for extra, module in (("pg", "psycopg"), ("ray", "ray")):
        installed = find_spec(module) is not None
        word = say(N_("installed")) if installed else say(N_("not installed (optional)"))
        findings.append(_finding(f"sanpin[{extra}]", True, word))
    return findings


def _domains() -> list[Finding]:
    """Load every door of every domain, which finds broken imports before a user does."""
    findings = []
    for domain in domains():
        try:
            for part in (domain.api, domain.pages, domain.cli, domain.imports):
                if part:
                    load(part)
            findings.append(_finding(domain.name, True, say(N_("loads"))))
        except SanpinError as error:
            remedy = say(N_("Install Sanpin again."))
            findings.append(_finding(domain.name, False, str(error), remedy))
    return findings


def _bundles() -> list[Finding]:
    """Compare the scripts and styles of others that are shipped with their known hashes."""
    from sanpin.kit.pages.vendor import damaged_bundles

    damaged = damaged_bundles()
    detail = ", ".join(damaged) if damaged else say(N_("all hashes agree"))
    remedy = say(N_("Install Sanpin again, or run ./dev vendor in a checkout."))
    return [_finding(say(N_("vendor bundles")), not damaged, detail, remedy)]


def _workspace() -> list[Finding]:
    """Check that the workspace opens, and that its disk has room; none at all is no fault."""
    name = say(N_("workspace"))
    try:
        with current_context() as ctx:
            free = disk_usage(ctx.workspace.path).free / 1e9
            kind = ctx.db.engine.dialect.name
            path = str(ctx.workspace.path)
    except SanpinError as error:
        asked = options().workspace is not None
        from sanpin.kit.i18n import translate_error

        text = translate_error(error, options().language)
        return [_finding(name, not asked and error.code == "workspace.none", text.text, text.hint)]
    room = say(N_("{free} GB free"), free=f"{free:.1f}")
    return [
        _finding(name, True, f"{path} ({kind})"),
        _finding(say(N_("disk")), free >= LEAST_FREE_GB, room, say(N_("Free some disk space."))),
    ]
