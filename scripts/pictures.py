"""Draw the rules of the scheduling model: small SVG files in the look of the site.

``python scripts/pictures.py`` writes docs/images/rules/<rule>.<language>.svg. Each picture carries
its own light and dark colours and follows the reader's scheme. `scripts/docs.py` includes them in
its check that nothing is out of step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images" / "rules"
LANGUAGES = ("en", "zh")

Text = tuple[str, str]
"""English and Chinese."""

HEAD, UNIT, LANE, BAR, SPAN = 112, 21, 34, 18, 24
"""Width of the heads of rows, of a unit of time; height of a row, of a bar; units shown."""

STYLE = """
svg{font:11px system-ui,-apple-system,"Segoe UI","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
.paper{fill:#ffffff;stroke:#e2dfd7}.line{stroke:#e2dfd7;fill:none}.ink{fill:#1b1f24}
.muted{fill:#59626d}.way{stroke:#59626d;fill:none;stroke-dasharray:2 3}.tip{fill:#59626d}
.a{fill:#dceeea;stroke:#0e5f5b}.b{fill:#f3e3da;stroke:#ad4f27}.c{fill:#e6e1f1;stroke:#5a4a8c}
.setup{fill:url(#hatch);stroke:#59626d}.hatch{stroke:#59626d}.closed{fill:#f3f1eb}
.held{fill:none;stroke:#0e5f5b;stroke-dasharray:3 2}.bad{stroke:#ad2218;fill:none}
.limit{stroke:#ad2218;fill:none;stroke-dasharray:4 3}.level{stroke:#0e5f5b;fill:none}
@media (prefers-color-scheme:dark){
.paper{fill:#1a1e23;stroke:#2d333a}.line{stroke:#2d333a}.ink{fill:#e9e7e2}
.muted{fill:#a3abb4}.way{stroke:#a3abb4}.tip{fill:#a3abb4}
.a{fill:#16332f;stroke:#62c6b8}.b{fill:#3d2a20;stroke:#e78d60}.c{fill:#2c2740;stroke:#ab99e3}
.setup{stroke:#a3abb4}.hatch{stroke:#a3abb4}.closed{fill:#22272d}
.held{stroke:#62c6b8}.bad{stroke:#ff8a7d}.limit{stroke:#ff8a7d}.level{stroke:#62c6b8}}
""".strip().replace("\n", "")


@dataclass(frozen=True)
class Bar:
    """Something that lasts: work of a job (a, b, c), a set-up, closed time, what stays held."""

    start: float
    end: float
    kind: str
    text: Text = ("", "")


@dataclass(frozen=True)
class Steps:
    """An amount over time as pairs of instant and level, with a limit and its name."""

    levels: Sequence[tuple[float, float]]
    most: float
    limit: float | None = None
    text: Text = ("", "")


@dataclass(frozen=True)
class Note:
    """Words in a row, at an instant."""

    at: float
    text: Text


@dataclass(frozen=True)
class Link:
    """A way from an instant in a row to one in another, with a word on it."""

    row: int
    start: float
    target: int
    end: float
    text: Text = ("", "")


@dataclass(frozen=True)
class Row:
    """A row of the picture with its head."""

    head: Text
    items: tuple[Bar | Steps | Note, ...]


@dataclass(frozen=True)
class Picture:
    """Rows, links between them, and instants marked through all rows."""

    title: Text
    rows: tuple[Row, ...]
    links: tuple[Link, ...] = ()
    marks: tuple[tuple[float, Text, str], ...] = ()


def same(text: str) -> Text:
    """Return a text that is the same in both languages."""
    return text, text


def x(time: float) -> float:
    """Return where an instant is drawn."""
    return HEAD + time * UNIT


def draw(picture: Picture, at: int) -> str:
    """Return a picture as SVG, 0 in English, 1 in Chinese."""
    top = 22 if picture.marks else 8
    width, height = HEAD + SPAN * UNIT + 12, top + LANE * len(picture.rows) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" lang="{("en", "zh-CN")[at]}">',
        f"<title>{escape(picture.title[at])}</title><style>{STYLE}</style>",
        '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="hatch" d="M0 0v5"/></pattern></defs>',
        f'<rect class="paper" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="6"/>',
    ]
    for number, row in enumerate(picture.rows):
        parts += draw_row(row, top + LANE * number, at)
    for link in picture.links:
        parts += draw_link(link, top, at)
    for time, text, kind in picture.marks:
        place = x(time)
        parts.append(f'<path class="{kind}" d="M{place:g} 18V{height - 8}"/>')
        parts.append(write(place, 13, text[at], "muted", "middle"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def write(left: float, base: float, text: str, kind: str, anchor: str = "start") -> str:
    """Return words at a place."""
    place = f'x="{left:g}" y="{base:g}" text-anchor="{anchor}"'
    return f'<text class="{kind}" {place}>{escape(text)}</text>'


def draw_row(row: Row, top: float, at: int) -> Iterator[str]:
    """Yield a row: its head, a hairline, closed time first and bars over it."""
    yield write(10, top + LANE / 2 + 4, row.head[at], "ink")
    yield f'<path class="line" d="M{HEAD} {top + LANE - 0.5}H{x(SPAN):g}"/>'
    for item in sorted(row.items, key=lambda one: getattr(one, "kind", "") != "closed"):
        if isinstance(item, Bar):
            yield from draw_bar(item, top, at)
        elif isinstance(item, Steps):
            yield from draw_steps(item, top, at)
        else:
            yield write(x(item.at), top + 12, item.text[at], "muted")


def draw_bar(bar: Bar, top: float, at: int) -> Iterator[str]:
    """Yield a bar with its words in the middle; closed time fills the row."""
    left, width = x(bar.start), (bar.end - bar.start) * UNIT
    if bar.kind == "closed":
        yield f'<rect class="closed" x="{left:g}" y="{top}" width="{width:g}" height="{LANE - 1}"/>'
    else:
        y = top + (LANE - BAR) / 2
        yield f'<rect class="{bar.kind}" x="{left:g}" y="{y:g}" width="{width:g}" height="{BAR}"/>'
    if bar.text[at]:
        tone = "muted" if bar.kind in ("closed", "held") else "ink"
        yield write(left + width / 2, top + LANE / 2 + 4, bar.text[at], tone, "middle")


def draw_steps(steps: Steps, top: float, at: int) -> Iterator[str]:
    """Yield the line of an amount and the limit that it keeps."""
    floor, room = top + LANE - 5, LANE - 10

    def y(level: float) -> float:
        return floor - room * level / steps.most

    path = ""
    for time, level in steps.levels:
        path += f"H{x(time):g}V{y(level):g}" if path else f"M{x(time):g} {y(level):g}"
    yield f'<path class="level" stroke-width="1.5" d="{path}H{x(SPAN):g}"/>'
    if steps.limit is not None:
        yield f'<path class="limit" d="M{HEAD} {y(steps.limit):g}H{x(SPAN):g}"/>'
    if steps.text[at]:
        yield write(x(SPAN) - 4, y(steps.limit or 0) + 11, steps.text[at], "muted", "end")


def draw_link(link: Link, top: float, at: int) -> Iterator[str]:
    """Yield a dotted way with a point at its end."""
    start, end = x(link.start), x(link.end)
    high = top + LANE * link.row + (LANE + BAR) / 2
    low = top + LANE * link.target + (LANE - BAR) / 2
    if link.row == link.target:
        high = low = top + LANE * link.row + LANE / 2
        yield f'<path class="way" d="M{start:g} {high:g}H{end - 4:g}"/>'
        yield f'<path class="tip" d="M{end - 5:g} {low - 3:g}l5 3l-5 3z"/>'
    else:
        middle = (high + low) / 2
        yield f'<path class="way" d="M{start:g} {high:g}V{middle:g}H{end:g}V{low - 4:g}"/>'
        yield f'<path class="tip" d="M{end - 3:g} {low - 5:g}h6l-3 5z"/>'
    if link.text[at]:
        base = (high + low) / 2 - 3
        yield write((start + end) / 2, base, link.text[at], "muted", "middle")


MACHINE, OVEN, CLOSED = ("machine", "设备"), ("oven", "炉"), ("closed", "关闭")
CLOSED_BARS = (Bar(8, 11, "closed", CLOSED), Bar(19, 21, "closed", CLOSED))

PICTURES: dict[str, Picture] = {
    "windows": Picture(
        ("Work and closed time", "加工与关闭的时间"),
        (
            Row(
                ("resumable", "可续"),
                (
                    Bar(8, 11, "closed"),
                    Bar(19, 21, "closed", CLOSED),
                    Bar(3, 8, "a"),
                    Bar(8, 11, "held", ("held", "占用")),
                    Bar(11, 15, "a"),
                ),
            ),
            Row(
                ("not resumable", "不可续"),
                (*CLOSED_BARS, Bar(11, 19, "b", ("one window", "一个时段之内"))),
            ),
        ),
    ),
    "setup": Picture(
        ("A set-up between two operations", "两道工序之间的换型"),
        (
            Row(
                MACHINE,
                (
                    Bar(1, 7, "a", ("A red", "A 红")),
                    Bar(8, 12, "setup"),
                    Bar(14, 20, "b", ("B white", "B 白")),
                    Bar(21.5, 24, "closed", CLOSED),
                ),
            ),
        ),
        marks=(
            (7, ("not before the end of A", "不早于 A 结束"), "way"),
            (14, ("ends by the start of B", "不晚于 B 开始"), "way"),
        ),
    ),
    "cleaning": Picture(
        ("Cleaning every 3 batches", "每 3 批清洗一次"),
        (
            Row(
                MACHINE,
                (
                    Bar(1, 4, "a", same("1")),
                    Bar(4, 7, "a", same("2")),
                    Bar(7, 10, "a", same("3")),
                    Bar(10, 14, "setup"),
                    Bar(14, 17, "a", same("1")),
                    Bar(17, 20, "a", same("2")),
                ),
            ),
        ),
        marks=((10, ("3 done", "满 3 批"), "way"), (14, ("clean", "已清洗"), "way")),
    ),
    "workers": Picture(
        ("The slowest of the crew sets the pace", "组内最慢者决定速度"),
        (
            Row(MACHINE, (Bar(3, 15, "a", ("6 at 50 % = 12", "6，按 50 % 为 12")),)),
            Row(
                ("Anna, 100 %", "安娜，100 %"),
                (Bar(3, 15, "held", ("held from start to end", "从开始到结束被占用")),),
            ),
            Row(
                ("Bo, 50 %", "小波，50 %"),
                (
                    Bar(3, 15, "held", ("held from start to end", "从开始到结束被占用")),
                    Bar(15, 21, "b", ("next", "下一个")),
                ),
            ),
        ),
    ),
    "setter": Picture(
        ("A setter for the set-up alone", "只做换型的人员"),
        (
            Row(
                MACHINE,
                (Bar(2, 7, "a", same("A")), Bar(9, 13, "setup"), Bar(13, 20, "b", same("B"))),
            ),
            Row(("setter", "换型人员"), (Bar(9, 13, "held", ("held", "占用")),)),
        ),
    ),
    "tools": Picture(
        ("Two pieces of one tool", "一种工装，两件"),
        (
            Row(("machine 1", "设备 1"), (Bar(1, 10, "a", ("with the tool", "用工装")),)),
            Row(("machine 2", "设备 2"), (Bar(4, 14, "b", ("with the tool", "用工装")),)),
            Row(("machine 3", "设备 3"), (Bar(10, 18, "c", ("with the tool", "用工装")),)),
        ),
        marks=((10, ("a piece is free", "空出一件"), "way"),),
    ),
    "precedence": Picture(
        ("The least and the longest wait", "最短与最长等待"),
        (
            Row(("machine 1", "设备 1"), (Bar(1, 8, "a", same("A")),)),
            Row(("machine 2", "设备 2"), (Bar(13, 19, "a", same("B")),)),
        ),
        (Link(0, 8, 1, 13, ("least wait + way", "最短等待 + 路程")),),
        (
            (8, ("end of A", "A 结束"), "way"),
            (17, ("longest wait: B starts by here", "最长等待：B 最迟在此开始"), "limit"),
        ),
    ),
    "transfer": Picture(
        ("Handing over a share of 0.5", "转移份额 0.5"),
        (
            Row(
                ("machine 1", "设备 1"),
                (Bar(1, 7, "a", ("half", "一半")), Bar(7, 13, "a", ("half", "一半"))),
            ),
            Row(("machine 2", "设备 2"), (Bar(9, 15, "b", same("B")),)),
        ),
        (Link(0, 7, 1, 9),),
        (
            (7, ("B may start, after wait and way", "其后加等待与路程，B 可开始"), "way"),
            (15, ("B ends no earlier", "B 结束不得更早"), "limit"),
        ),
    ),
    "transport": Picture(
        ("Between two sites", "两个地点之间"),
        (
            Row(("site North", "北厂"), (Bar(1, 6, "a", same("A")),)),
            Row(("site South", "南厂"), (Bar(16, 22, "a", same("B")),)),
        ),
        (Link(0, 6, 1, 16, ("duration of the journey, its cost once", "运输时长，成本计一次")),),
    ),
    "oven": Picture(
        ("Loads of an oven for 9", "容量 9 的炉"),
        (
            Row(
                OVEN,
                (
                    Bar(2, 11, "a", ("family F: 2 + 3 + 4", "族 F：2 + 3 + 4")),
                    Bar(11, 14, "setup"),
                    Bar(14, 20, "b", ("family G: 5", "族 G：5")),
                ),
            ),
        ),
        marks=(
            (2, ("all start", "同时开始"), "way"),
            (11, ("all end, the longest decides", "同时结束，最长者决定"), "way"),
        ),
    ),
    "tank": Picture(
        ("Room in a tank", "罐中的容量"),
        (
            Row(("fill", "装入"), (Bar(1, 7, "a", same("A")),)),
            Row(
                ("tank", "罐"),
                (Bar(7, 16, "c", ("amount of A, one item at a time", "A 的数量，一次一种物料")),),
            ),
            Row(("drain", "排空"), (Bar(16, 22, "a", same("B")),)),
        ),
        (Link(0, 7, 1, 7), Link(1, 16, 2, 16)),
    ),
    "pool": Picture(
        ("A shared amount never exceeds its capacity", "共享量不超过容量"),
        (
            Row(("machine 1", "设备 1"), (Bar(1, 10, "a", ("uses 2", "用 2")),)),
            Row(
                ("machine 2", "设备 2"),
                (Bar(4, 12, "b", ("uses 3", "用 3")), Bar(12, 20, "b", ("uses 4", "用 4"))),
            ),
            Row(
                ("power", "电力"),
                (
                    Steps(
                        ((0, 0), (1, 2), (4, 5), (10, 3), (12, 4), (20, 0)),
                        6,
                        5,
                        ("capacity 5", "容量 5"),
                    ),
                ),
            ),
        ),
    ),
    "material": Picture(
        ("Stock over time", "库存随时间"),
        (
            Row(
                MACHINE,
                (Bar(4, 10, "a", ("takes 3", "取 3")), Bar(14, 20, "b", ("takes 4", "取 4"))),
            ),
            Row(
                ("stock", "库存"),
                (
                    Steps(((0, 5), (4, 2), (12, 8), (14, 4)), 16),
                    Note(0.4, same("5")),
                    Note(4.6, same("2")),
                    Note(12.3, same("8")),
                    Note(14.6, same("4")),
                ),
            ),
        ),
        marks=((12, ("6 arrive", "到货 6"), "way"),),
    ),
    "shelf_life": Picture(
        ("What expires first is used first", "先到期者先用"),
        (
            Row(("lot 1", "批次 1"), (Bar(1, 11, "c", ("may be used", "可用")),)),
            Row(("lot 2", "批次 2"), (Bar(7, 17, "c", ("may be used", "可用")),)),
            Row(
                MACHINE,
                (
                    Bar(9, 13, "a", ("takes lot 1", "取批次 1")),
                    Bar(13, 19, "b", ("takes lot 2", "取批次 2")),
                ),
            ),
        ),
        marks=((11, ("the rest of lot 1 is lost", "批次 1 剩余失效"), "limit"),),
    ),
    "dates": Picture(
        ("The dates of a job", "作业的日期"),
        (
            Row(
                ("job", "作业"),
                (
                    Bar(4, 9, "a", same("A")),
                    Bar(9, 15, "a", same("B")),
                    Bar(15, 17, "b", ("late", "延误")),
                ),
            ),
        ),
        marks=(
            (3, ("release", "下达"), "limit"),
            (15, ("due", "交期"), "way"),
            (20, ("deadline", "最后期限"), "limit"),
        ),
    ),
    "fixed": Picture(
        ("A decision already made", "已作出的决定"),
        (
            Row(
                MACHINE,
                (
                    Bar(2, 8, "a", ("another", "其他")),
                    Bar(11, 18, "c", ("fixed: machine and start", "固定：设备与开始")),
                ),
            ),
        ),
        marks=((11, ("its start", "其开始"), "limit"),),
    ),
    "alternatives": Picture(
        ("One routing is done, wholly", "恰好完整执行一条路线"),
        (
            Row(("always", "总是"), (Bar(1, 6, "a", same("10")), Bar(18, 23, "a", same("40")))),
            Row(("chosen", "选中"), (Bar(6, 12, "b", same("20")), Bar(12, 18, "b", same("30")))),
            Row(("not chosen", "未选中"), (Bar(6, 16, "held", same("25")),)),
        ),
    ),
    "outsource": Picture(
        ("Work done outside", "外协"),
        (
            Row(
                MACHINE,
                (
                    Bar(1, 6, "a", same("A")),
                    Bar(9, 12, "closed", CLOSED),
                    Bar(17, 22, "a", same("C")),
                ),
            ),
            Row(
                ("outside", "厂外"),
                (Bar(6, 17, "b", ("B: our calendars do not count", "B：我们的日历不起作用")),),
            ),
        ),
    ),
}
"""The rules of the model, each drawn once."""


def pictures() -> dict[Path, str]:
    """Return every picture by its path."""
    return {
        FOLDER / f"{name}.{language}.svg": draw(picture, at)
        for name, picture in PICTURES.items()
        for at, language in enumerate(LANGUAGES)
    }


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in pictures().items():
        path.write_text(text, encoding="utf-8")
