"""Kinds of files that the domain imports, with their Chinese headings.

The headings that offices use for these columns are synonyms here; `kit.files` matches them. The
first Chinese synonym heads the Chinese template.
"""

from __future__ import annotations

from sanpin.base import N_
from sanpin.kit.files.kinds import Field, ImportKind
from sanpin.sector.model import Comparator, Direction, Measure, Pillar, TaskState

__all__ = ["IMPORT_KINDS"]

# Columns that all three kinds share.
_ID = Field("id", synonyms=("编号", "序号", "identifier"), help=N_("Leave empty for a new record."))
_REGION = Field("region", synonyms=("地区", "区域", "省市"))
_SECTOR = Field("sector", synonyms=("行业", "产业", "industry"))
_PILLAR = Field("pillar", synonyms=("支柱", "三品", "类别"), choices=tuple(Pillar))
_SOURCE = Field("source", synonyms=("来源", "出处", "文件"))
_NOTE = Field("note", synonyms=("说明", "备注", "remark"))
_START = Field("start", synonyms=("起始", "开始", "开始时间", "from"))
_UNIT = Field(
    "unit",
    synonyms=("单位", "计量单位"),
    help=N_("For example 亿元, CNY billion, %, percentage_point, person or count."),
)

TARGETS = ImportKind(
    "targets",
    N_("Targets"),
    (
        _ID,
        Field("indicator", required=True, synonyms=("指标", "指标名称", "目标名称", "goal")),
        Field("indicator_en", synonyms=("指标英文", "英文名称")),
        _REGION,
        _SECTOR,
        _PILLAR,
        Field("value", "decimal", required=True, synonyms=("目标值", "目标", "target", "数值")),
        _UNIT,
        Field("comparator", synonyms=("比较", "比较符"), choices=tuple(Comparator)),
        Field("direction", synonyms=("方向",), choices=tuple(Direction)),
        Field("measure", synonyms=("口径类型",), choices=tuple(Measure)),
        _START,
        Field("due", required=True, synonyms=("期限", "目标年份", "完成时限", "截止", "year")),
        Field("stated_pace", "decimal", synonyms=("年均增速", "要求增速", "stated growth")),
        _SOURCE,
        _NOTE,
    ),
    "sanpin.sector.service:save_target_rows",
    sample_rows=(
        {
            "indicator": "产业规模",
            "indicator_en": "Industry size",
            "region": "上海市",
            "sector": "时尚消费品",
            "pillar": "scale",
            "value": 5200,
            "unit": "亿元",
            "comparator": "ge",
            "start": "2022",
            "due": "2025",
        },
    ),
)

ACTUALS = ImportKind(
    "actuals",
    N_("Actuals"),
    (
        _ID,
        Field(
            "target",
            required=True,
            synonyms=("目标编号", "对应目标", "target_id"),
            help=N_("Id of the target that was measured."),
        ),
        Field("value", "decimal", required=True, synonyms=("实际值", "完成值", "实际", "actual")),
        _UNIT,
        Field("period", required=True, synonyms=("期间", "时期", "统计期", "年份", "年度")),
        Field(
            "kind",
            synonyms=("种类", "指标类型"),
            help=N_("level for the measured value, growth for its reported yearly growth."),
        ),
        Field("comparator", synonyms=("比较", "比较符"), choices=("eq", "ge", "approx")),
        _SOURCE,
        _NOTE,
    ),
    "sanpin.sector.service:save_actual_rows",
    sample_rows=(
        {"target": "sh_fashion_scale_2025", "value": 4550, "unit": "亿元", "period": "2022"},
    ),
)

TASKS = ImportKind(
    "tasks",
    N_("Tasks"),
    (
        _ID,
        Field("task", required=True, synonyms=("任务", "工作任务", "事项", "措施")),
        Field("task_en", synonyms=("任务英文",)),
        _REGION,
        _SECTOR,
        _PILLAR,
        Field("lead", synonyms=("牵头单位", "责任单位", "lead_unit")),
        Field("support", synonyms=("配合单位", "支持单位", "supporting_units")),
        _START,
        Field("due", synonyms=("期限", "完成时限", "截止", "deadline")),
        Field("state", synonyms=("状态", "进展"), choices=tuple(TaskState)),
        Field("evidence", synonyms=("证据", "佐证", "完成情况")),
        _SOURCE,
    ),
    "sanpin.sector.service:save_task_rows",
    sample_rows=(
        {
            "task": "建设数字化车间",
            "task_en": "Build digital workshops",
            "region": "重庆市",
            "pillar": "digital",
            "lead": "市经济信息委",
            "start": "2020",
            "due": "2022",
        },
    ),
)

IMPORT_KINDS = (TARGETS, ACTUALS, TASKS)
"""Kinds of the domain, in the order in which people need them."""
