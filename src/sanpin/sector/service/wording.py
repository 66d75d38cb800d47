"""Figures, paces and cautions in words: 4335.86 亿元, CNY 433.6 billion, +4.65 % a year.

Money is written in the steps that each language counts in: ten thousands in Chinese, thousands in
English. All numbers go through the translator, so that separators and signs are those of the
language.
"""

from __future__ import annotations

from collections.abc import Iterable

from sanpin.base import N_
from sanpin.kit.i18n import Translator
from sanpin.sector.model import Caution, Comparator, Measure, Period, Target, Unit

__all__ = ["Wording"]

_MINUS = "\N{MINUS SIGN}"
# Threshold, word and decimals of each step, the largest first.
_MONEY_ZH = ((1e12, "万亿", 2), (1e8, "亿", 2), (1e4, "万", 2))
_MONEY_EN = ((1e12, "trillion", 2), (1e9, "billion", 1), (1e6, "million", 1))
_CURRENCY_ZH = {Unit.CNY: "元", Unit.USD: "美元"}

_PACE_TEXTS = {
    Measure.AMOUNT: N_("{pace} % a year"),
    Measure.RATE: N_("{pace} % a year"),
    Measure.SHARE: N_("{pace} points a year"),
    Measure.COUNT: N_("{pace} a year"),
}


class Wording:
    """Write figures of the domain in one language.

    Parameters
    ----------
    language : ``en`` or ``zh-CN``
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.translator = Translator(language)

    @property
    def chinese(self) -> bool:
        """Whether Chinese is written."""
        return self.language.startswith("zh")

    def parts(self, value: float | None, unit: Unit) -> tuple[str, str]:
        """Number and unit apart, as a tile shows them: ``("433.6", "CNY billion")``."""
        if value is None:
            return "–", ""
        if unit in _CURRENCY_ZH:
            return self._money(value, unit)
        if unit is Unit.PERCENT:
            return self._number(value, 2), "%"
        if unit in (Unit.COUNT, Unit.RANK):
            return self._number(value, 0 if float(value).is_integer() else 1), ""
        return self._number(value, 2), self.translator.text(unit.label)

    def value(self, value: float | None, unit: Unit, comparator: Comparator | None = None) -> str:
        """Number with its unit in one text, such as ``at least CNY 520 billion``."""
        number, name = self.parts(value, unit)
        if value is None:
            return number
        text = f"{number}{'' if self.chinese else ' '}{name}" if name else number
        if unit is Unit.RANK:
            text = self.translator.text(N_("no. {rank}"), rank=number)
        if unit in _CURRENCY_ZH and not self.chinese:
            text = " ".join([name.split(" ")[0], number, *name.split(" ")[1:]])
        if comparator is None or comparator is Comparator.EQ:
            return text
        return f"{self.translator.text(comparator.label)}{'' if self.chinese else ' '}{text}"

    def _money(self, value: float, unit: Unit) -> tuple[str, str]:
        """Number and unit of an amount of money in the largest step that it fills."""
        steps = _MONEY_ZH if self.chinese else _MONEY_EN
        name = _CURRENCY_ZH[unit] if self.chinese else str(unit)
        for size, step, digits in steps:
            if abs(value) >= size:
                word = f"{step}{name}" if self.chinese else f"{name} {step}"
                number = self._number(value / size, digits)
                # Chinese writes 4335.86 亿元 without separators of thousands.
                return number.replace(",", "") if self.chinese else number, word
        return self._number(value, 0), name

    def number(self, value: float | None, digits: int = 2) -> str:
        """Plain number with at most `digits` decimals; a dash if unknown."""
        return "–" if value is None else self._number(value, digits)

    def _number(self, value: float, digits: int) -> str:
        """Round to at most `digits` decimals and drop the zeros behind."""
        text = self.translator.number(value, digits)
        return text.rstrip("0").rstrip(".") if digits and "." in text else text

    def pace(self, pace: float | None, target: Target) -> str:
        """Pace with sign and unit: ``+4.65 % a year``, ``+12.5 a year``; a dash if unknown."""
        if pace is None:
            return "–"
        digits = 2 if target.measure is not Measure.COUNT else 1
        plus = "" if target.measure is Measure.RATE else "+"
        sign = plus if pace > 0 else _MINUS if pace < 0 else ""
        number = sign + self._number(abs(pace), digits)
        if target.measure is Measure.RATE and target.unit is Unit.COUNT_PER_YEAR:
            return self.translator.text(_PACE_TEXTS[Measure.COUNT], pace=number)
        return self.translator.text(_PACE_TEXTS[target.measure], pace=number)

    def period(self, period: Period) -> str:
        """Period as people write it: ``2022-2025``, ``Jan-May`` as months, an as-of date."""
        if period.empty:
            return "–"
        if period.text_start == period.text_end or not period.text_start:
            if period.as_of:
                return self.translator.text(N_("as of {day}"), day=period.text_end)
            return period.text_end
        if not period.text_end:
            return self.translator.text(N_("from {day}"), day=period.text_start)
        return f"{period.text_start}–{period.text_end}"

    def caution(self, caution: Caution, unit: Unit | None = None) -> str:
        """Sentence of a caution, its amounts written in the target's unit."""
        if not caution.message:
            return caution.text_zh if self.chinese else caution.text_en
        fields = dict(caution.fields)
        # Amounts are kept as numbers in the caution, since only here are unit and language known.
        for name in ("implied", "target", "base"):
            if unit is not None and isinstance(fields.get(name), int | float):
                fields[name] = self.value(float(str(fields[name])), unit)
        for name in ("stated", "required"):
            if isinstance(fields.get(name), int | float):
                fields[name] = self._number(float(str(fields[name])), 2)
        return self.translator.text(caution.message, **fields)

    def cautions(self, cautions: Iterable[Caution], unit: Unit | None = None) -> list[str]:
        """Sentences with their stable codes in front: ``scope: …``."""
        return [f"{one.code}: {self.caution(one, unit)}" for one in cautions]
