"""What a domain tells the house about itself: light to import, everything else by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Command", "Domain", "NavEntry", "Setting", "Verb"]


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the left rail. `label` is a catalogue key; lower `order` stands higher."""

    label: str
    path: str
    icon: str
    order: int


@dataclass(frozen=True, slots=True)
class Verb:
    """A long computation that a worker process can run.

    `run` is the import string of ``(Context, Mapping[str, object], Progress) -> Mapping``.
    `safe` says that it may be started once more when its process died in the middle.
    `grace` is how many seconds a cancelled one may take to put away what it has so far.
    `page` is where people see what it found, with ``{id}`` for its Run.
    """

    label: str
    run: str
    role: str = "planner"
    safe: bool = False
    grace: float = 1.0
    page: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A top-level command: one line of help and the import string of its app or function."""

    help: str
    target: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A number that a firm may choose, within a range.

    Attributes
    ----------
    key : dotted words that begin with the domain's name
    label, unit, help : catalogue keys; the unit may be empty
    default : what counts until something is chosen
    span : smallest and largest value
    whole : whether only whole numbers make sense
    """

    key: str
    label: str
    default: float
    span: tuple[float, float]
    unit: str = ""
    help: str = ""
    whole: bool = False

    def accepts(self, value: object) -> bool:
        """Whether a value is a number of the kind and range that is asked for."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return self.span[0] <= value <= self.span[1] and (not self.whole or value == int(value))


@dataclass(frozen=True, slots=True)
class Domain:
    """Describe a domain by import strings (``package.module:name``), loaded when needed.

    Attributes
    ----------
    name : package name below `sanpin` and path segment of its doors
    label : catalogue key of its name
    package : import path of the package; its ``web/templates``, ``web/static`` and
        ``web/locale`` are found below it
    nav : entries of the left rail
    api, pages : import strings of FastAPI routers
    cli : import string of a cyclopts App
    migrations : import path of the package with the migration scripts
    verbs : verb name to `Verb`, run as ``<domain>.<verb>``
    imports : import string of a tuple of `sanpin.kit.files.ImportKind`
    settings : numbers that a firm may choose
    search : import string of ``(Context, str, int) -> list[sanpin.kit.search.Hit]``
    ready : import string of ``(Context) -> None``, what a server does beside its first requests so
        that later ones need not wait
    direct : method and path, such as ``POST /epcis/events``, to the import string of a
        `sanpin.kit.http.direct.Answer`, for doors that are also ordinary routes and often called
    standards : path of a standard to the import string of a function that says refusals as the
        standard wants them, see `sanpin.kit.http.standards`
    bodies : path to the largest body in bytes below it, for routes that keep to a limit of their
        own, such as one that a firm may set
    commands : names of top-level commands that belong to no domain (flows only)
    order : place of the domain on the thread
    """

    name: str
    label: str
    package: str
    nav: tuple[NavEntry, ...] = ()
    api: str = ""
    pages: str = ""
    cli: str = ""
    migrations: str = ""
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    imports: str = ""
    settings: tuple[Setting, ...] = ()
    search: str = ""
    ready: str = ""
    direct: Mapping[str, str] = field(default_factory=dict)
    standards: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, int] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)
    order: int = 0
