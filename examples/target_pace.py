"""Is a published target within reach? The pace it needs beside the pace of late.

python examples/target_pace.py
"""

from __future__ import annotations

from datetime import date

from sanpin.sector import Period, Target, assess, last_pace, required_pace
from sanpin.sector.model import (
    Comparator,
    Direction,
    Evidence,
    Measure,
    Observation,
    Pillar,
    Scope,
    Stated,
    Unit,
)

SCOPE = Scope("上海市", "Shanghai", "时尚消费品", "fashion consumer goods")


def year(number: int) -> Period:
    """Return a calendar year as a period."""
    return Period(date(number, 1, 1), date(number, 12, 31), str(number), str(number))


def main() -> None:
    """Judge 520 billion yuan in 2025 after 433.586 billion in 2021."""
    needed = required_pace(520e9, 433.586e9, 4, Measure.AMOUNT)
    print(f"needed from 2021: {needed:.2f} % a year")

    target = Target(
        "example", "产业规模", "Industry size", SCOPE, Pillar.SCALE, Comparator.GE,
        Direction.INCREASE, Measure.AMOUNT, 520e9, Unit.CNY, year(2025),
    )  # fmt: skip
    levels = (
        Observation(433.586e9, year(2021), ("2021",)),
        Observation(450.0e9, year(2022), ("2022",)),
    )
    print(f"last pace: {last_pace(levels, (), Measure.AMOUNT):.2f} % a year")
    plan = Period(date(2022, 1, 1), date(2025, 12, 31), "2022", "2025")
    evidence = Evidence(levels=levels, stated=Stated(5.0, plan))
    judged = assess(target, evidence, as_of=date(2023, 6, 30))
    print(f"{judged.state}: {judged.required:.2f} % a year is needed until 2025")
    print(f"at the last pace it ends at {judged.projected / 1e9:.0f} billion")
    for caution in judged.cautions:
        print(f"▲ {caution.code}: {caution.message.format(**caution.fields)}")


if __name__ == "__main__":
    main()
