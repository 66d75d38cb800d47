"""What the figures are called on the page, in English and Chinese."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CLAIMS", "FIGURES", "WORDS", "Label"]

Pair = tuple[str, str]


class Label(NamedTuple):
    """A figure of a claim: what it is, and what is asked of it, in both languages."""

    claim: str
    label: Pair
    asked: Pair


WORDS: dict[str, Pair] = {
    "title": ("Scheduling: measured figures", "排程：实测数据"),
    "lead": (
        "Made from the results that stand beside the protocols in `benchmarks/`. A ratio is our "
        "objective divided by that of the other side, or by the best value known; ratios are "
        "averaged geometrically over instances. What a side did not solve is counted apart in "
        "the results and is part of no mean. Every schedule, ours and the peers', passed the "
        "independent checker. Peers run on the same machine with the same limit. How the search "
        "works: [here](factory-search.md).",
        "由 `benchmarks/` 中与方案放在一起的结果生成。"
        "比值是我方目标值除以对方的目标值或已知最优值；各实例的比值取几何平均。未求解者在结果中单独计数，不计入任何平均。无论我方还是对方，"
        "每份排程都通过了独立检查器。对方在同一台机器上以相同时限运行。搜索如何工作："
        "见[此处](factory-search.md)。",
    ),
    "measured": (
        "{readme}: measured on {date}, protocol {protocol}, {instances} instances, {seeds} "
        "seed(s), {cores} cores.",
        "{readme}：测于 {date}，方案为{protocol}，{instances} 个实例，{seeds} 个种子，{cores} 核。",
    ),
    "unmeasured": (
        "{readme}: not measured yet.",
        "{readme}：尚未测量。",
    ),
    "columns": ("| figure | asked | measured | |", "| 数据 | 要求 | 实测 | |"),
    "none": ("not measured", "未测"),
    "lost": ("ours found none in {count}", "我方有 {count} 个未求得"),
    "alone": ("the other side found none in {count}", "对方有 {count} 个未求得"),
    "met": ("met", "达到"),
    "missed": ("not met", "未达到"),
    "quick": ("quick (a seeded choice)", "快速（按种子抽取）"),
    "full": ("full (all instances)", "完整（全部实例）"),
    "part": ("full, a part so far (a seeded choice)", "完整方案的一部分（按种子抽取）"),
}

CLAIMS: dict[str, Pair] = {
    "large-jobshop": ("Job shops of 10,000 operations", "一万道工序的作业车间"),
    "huge-jobshop": ("Job shops of 100,000 operations", "十万道工序的作业车间"),
    "flexible": ("Flexible job shops", "柔性作业车间"),
    "workers": ("Flexible job shops with workers", "带人员的柔性作业车间"),
    "setups-tardiness": ("Plants with set-ups and due dates", "有换型与交期的工厂"),
    "rich": ("Printing shops and real factories", "印刷车间与真实工厂"),
    "shops": ("Hybrid flow shops", "混合流水车间"),
    "memory": ("Memory", "内存"),
    "response": ("First schedules, cancels, and starts", "首份排程、取消与启动"),
    "ablation": ("What each part adds", "各部分的贡献"),
}

FIGURES: dict[str, Label] = {
    "large_10s": Label(
        "large-jobshop",
        ("ratio to the best known after 10 s", "10 秒时与已知最优之比"),
        ("≤ 1.075", "≤ 1.075"),
    ),
    "large_60s": Label(
        "large-jobshop",
        ("ratio to the best known after 60 s", "60 秒时与已知最优之比"),
        ("≤ 1.05", "≤ 1.05"),
    ),
    "large_cpsat": Label(
        "large-jobshop",
        ("ratio to CP-SAT after 60 s", "60 秒时与 CP-SAT 之比"),
        ("≤ 0.92", "≤ 0.92"),
    ),
    "huge_30s": Label(
        "huge-jobshop",
        ("ratio to the best known after 30 s, 1000 x 100", "30 秒时与已知最优之比，1000 x 100"),
        ("≤ 1.025", "≤ 1.025"),
    ),
    "huge_300s": Label(
        "huge-jobshop",
        ("worst ratio after 300 s, 1000 x 100", "300 秒时最差之比，1000 x 100"),
        ("≤ 1.015", "≤ 1.015"),
    ),
    "huge_reentrant": Label(
        "huge-jobshop",
        ("worst ratio after 300 s, reentrant", "300 秒时最差之比，重入"),
        ("≤ 1.01", "≤ 1.01"),
    ),
    "huge_first": Label(
        "huge-jobshop",
        ("seconds to the first schedule, worst", "首份排程所需秒数，最差"),
        ("≤ 5", "≤ 5"),
    ),
    "huge_memory": Label(
        "huge-jobshop",
        ("peak memory in MiB, worst", "内存峰值（MiB），最差"),
        ("≤ 4,096", "≤ 4,096"),
    ),
    "flexible_gap": Label(
        "flexible",
        ("mean gap to the best known after 20 s, %", "20 秒时与已知最优的平均差距，%"),
        ("≤ 1.0", "≤ 1.0"),
    ),
    "flexible_mk10": Label(
        "flexible",
        ("mk10 after 30 s", "mk10，30 秒"),
        ("≤ 203", "≤ 203"),
    ),
    "flexible_pyjobshop": Label(
        "flexible",
        ("our mean gap as a share of PyJobShop's", "我方平均差距与 PyJobShop 之比"),
        ("≤ 0.5", "≤ 0.5"),
    ),
    "flexible_cpsat": Label(
        "flexible",
        ("our mean gap as a share of CP-SAT's", "我方平均差距与 CP-SAT 之比"),
        ("≤ 0.5", "≤ 0.5"),
    ),
    "workers_ratio": Label(
        "workers",
        ("ratio to the published upper bounds after 60 s", "60 秒时与已发表上界之比"),
        ("≤ 0.99", "≤ 0.99"),
    ),
    "workers_better": Label(
        "workers",
        ("share of runs better than the upper bound", "优于上界的运行所占份额"),
        ("≥ 0.5", "≥ 0.5"),
    ),
    "setups_first": Label(
        "setups-tardiness",
        ("seconds to the first schedule of a plant, worst", "工厂首份排程所需秒数，最差"),
        ("≤ 2", "≤ 2"),
    ),
    "setups_rules": Label(
        "setups-tardiness",
        ("plants: ratio to the best dispatch rule after 60 s", "工厂：60 秒时与最佳派工规则之比"),
        ("≤ 0.65", "≤ 0.65"),
    ),
    "setups_pyjobshop": Label(
        "setups-tardiness",
        ("plants: ratio to PyJobShop after 60 s", "工厂：60 秒时与 PyJobShop 之比"),
        ("≤ 0.85", "≤ 0.85"),
    ),
    "setups_cpsat": Label(
        "setups-tardiness",
        ("plants: ratio to CP-SAT with a hint after 60 s", "工厂：60 秒时与带提示的 CP-SAT 之比"),
        ("≤ 0.85", "≤ 0.85"),
    ),
    "setups_atcs": Label(
        "setups-tardiness",
        ("one machine: ratio to ATCS after 30 s", "单机：30 秒时与 ATCS 之比"),
        ("≤ 0.9", "≤ 0.9"),
    ),
    "setups_one_pyjobshop": Label(
        "setups-tardiness",
        ("one machine: ratio to PyJobShop after 30 s", "单机：30 秒时与 PyJobShop 之比"),
        ("≤ 1", "≤ 1"),
    ),
    "rich_valid": Label(
        "rich",
        ("share of schedules that the checker accepts", "检查器接受的排程所占份额"),
        ("1", "1"),
    ),
    "rich_rules": Label(
        "rich",
        ("large printing shops: ratio to the best rule", "大型印刷车间：与最佳规则之比"),
        ("≤ 0.85", "≤ 0.85"),
    ),
    "rich_cpsat": Label(
        "rich",
        ("large printing shops: ratio to CP-SAT after 60 s", "大型印刷车间：60 秒时与 CP-SAT 之比"),
        ("≤ 0.95", "≤ 0.95"),
    ),
    "rich_published": Label(
        "rich",
        ("real factories: ratio to the published sequences", "真实工厂：与已发表顺序之比"),
        ("≤ 1", "≤ 1"),
    ),
    "shops_gap": Label(
        "shops",
        ("mean gap on the largest class after 60 s, %", "最大一类 60 秒时的平均差距，%"),
        ("≤ PyJobShop, 900 s", "≤ PyJobShop，900 秒"),
    ),
    "ablation_dispatch": Label(
        "ablation",
        ("the whole search to dispatch alone", "完整搜索与仅派工之比"),
        ("< 1", "< 1"),
    ),
    "ablation_worker": Label(
        "ablation",
        ("two workers to one", "两个工作线程与一个之比"),
        ("< 1", "< 1"),
    ),
    "ablation_exact": Label(
        "ablation",
        ("with exact attempts and windows to without", "有与无精确尝试及窗口之比"),
        ("< 1", "< 1"),
    ),
    "ablation_exchange": Label(
        "ablation",
        (
            "shops: with exchange between the two searches to without",
            "车间：有与无两路交换之比",
        ),
        ("< 1", "< 1"),
    ),
    "ablation_relinking": Label(
        "ablation",
        (
            "shops: with starts between two schedules to without",
            "车间：有与无取自两方案之间的新起点之比",
        ),
        ("< 1", "< 1"),
    ),
    "ablation_ruin": Label(
        "ablation",
        ("with ruining and building anew to without", "有与无破坏与重建之比"),
        ("< 1", "< 1"),
    ),
    "ablation_tabu": Label(
        "ablation",
        ("shops: with tabu search to without", "车间：有与无禁忌搜索之比"),
        ("< 1", "< 1"),
    ),
    "ablation_annealing": Label(
        "ablation",
        ("plants: with annealing to without", "工厂：有与无退火之比"),
        ("< 1", "< 1"),
    ),
    "memory": Label(
        "memory",
        ("peak memory at 10,000 rich operations, MiB", "一万道复杂工序的内存峰值，MiB"),
        ("≤ 1,024", "≤ 1,024"),
    ),
    "memory_100k": Label(
        "memory",
        ("peak memory at 100,000 rich operations, MiB", "十万道复杂工序的内存峰值，MiB"),
        ("≤ 4,096", "≤ 4,096"),
    ),
    "response_first_10k": Label(
        "response",
        (
            "seconds to the first schedule at 10,000 operations, worst",
            "一万道工序首份排程所需秒数，最差",
        ),
        ("≤ 0.5", "≤ 0.5"),
    ),
    "response_first_100k": Label(
        "response",
        (
            "seconds to the first schedule at 100,000 operations, worst",
            "十万道工序首份排程所需秒数，最差",
        ),
        ("≤ 5", "≤ 5"),
    ),
    "response_cancel_10k": Label(
        "response",
        (
            "seconds from a cancel to the result at 10,000, worst",
            "一万道时从取消到结果的秒数，最差",
        ),
        ("≤ 0.2", "≤ 0.2"),
    ),
    "response_cancel_100k": Label(
        "response",
        ("the same at 100,000 operations", "十万道工序时同上"),
        ("≤ 0.2", "≤ 0.2"),
    ),
    "response_command": Label(
        "response",
        ("seconds of the whole command beyond its limit, worst", "整条命令超出时限的秒数，最差"),
        ("≤ 5", "≤ 5"),
    ),
    "response_start": Label(
        "response",
        ("the same of a small plant: a cold start", "小型工厂时同上：冷启动"),
        ("≤ 3", "≤ 3"),
    ),
}
"""Figures by the key under which a result holds them, in the order of the page."""
