"""The library door: light to import, and enough to judge a target without a workspace."""

from __future__ import annotations

import subprocess
import sys

import pytest

import sanpin.sector
from sanpin.sector.model import Measure


def test_the_public_names_are_there() -> None:
    """Each can be used, and no other."""
    for name in sanpin.sector.__all__:
        assert callable(getattr(sanpin.sector, name))
    with pytest.raises(AttributeError, match="nothing_such"):
        sanpin.sector.nothing_such  # noqa: B018 - the look-up is the test
    pace = sanpin.sector.required_pace(520e9, 433.586e9, 4, Measure.AMOUNT)
    assert pace == pytest.approx(4.65, abs=0.005)


def test_the_descriptor_loads_nothing_heavy() -> None:
    """Every command reads it, so it must not bring the engine or a database along."""
    code = (
        "import sys, sanpin.sector.plugin\n"
        "heavy = {'sqlalchemy', 'fastapi', 'polars', 'cyclopts', 'sanpin.sector.engine'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_engine_needs_no_store_and_no_web() -> None:
    """A script can judge targets without either."""
    code = (
        "import sys\nfrom sanpin.sector import assess\n"
        "heavy = {'sqlalchemy', 'fastapi', 'sanpin.kit', 'cyclopts'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
