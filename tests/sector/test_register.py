"""The register: each of the 54 published targets as it is judged on 30 September 2022.

The table is the result of going through the file by hand; a change of the data, of the pairing
or of the rules shows here, target by target.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from sanpin.sector.engine import Published, assess, gather_evidence

DAY = date(2022, 9, 30)

# id, measure, end of the plan, state, codes of the cautions
REGISTER = """
sd_season_themes count 2022 unknown -
sd_season_events count 2022 unknown -
sh_fashion_scale_2025 amount 2025 on_pace stated_pace
sh_fashion_growth_2025 rate 2025 on_pace period
sh_smart_factories_2025 count 2025 unknown -
sh_digital_scenarios_2025 count 2025 unknown -
sh_fusion_scenarios_2025 count 2025 unknown -
sh_forum_brands count 2022-09 unknown -
zj_matchmaking_events count - unknown no_due
zj_matchmaking_firms count - unknown no_due
zj_design_events_2025 count 2025 unknown -
zj_design_firms_2025 count 2025 unknown -
zj_prov_design_centres_2025 count 2025 unknown -
zj_natl_design_centres_2025 count 2025 unknown -
zj_design_output_2025 amount 2025 unknown -
zj_digital_cover_large_2025 share 2025 unknown -
zj_digital_cover_sme_2025 share 2025 unknown -
zj_platform_cover_2025 share 2025 unknown -
zj_cluster_threshold amount 2025 unknown class_limit
cq_rd_doubling count - unknown no_due
cq_rd_doubling_years count - unknown no_due
cn_target_cases count - unknown no_due
cn_target_smart_factories count - unknown no_due
cn_target_scenes count - unknown no_due
cn_target_cities count - unknown no_due,verify
cn_target_brands count - unknown measure,no_due
cn_target_brand_threshold amount - unknown no_due,class_limit
cn_pharma_innov_share_2025 share 2025 unknown -
cn_pharma_scenarios count 2025 unknown -
cn_pharma_factories count 2025 unknown -
m2_va_growth_gap rate 2025 unknown verify
m2_profit_growth rate 2025 behind period,computed,verify
m2_patent_growth rate 2025 unknown verify
m2_new_items rate 2025 unknown verify
m2_brand_firms count 2025 unknown verify
m2_brand_threshold amount 2025 unknown class_limit,verify
m2_smart_factories count 2025 unknown verify
m2_profit_margin share 2025 reached scope,computed,verify
m2_rd_intensity_growth share 2025 unknown verify
m2_rd_intensity_top100 share 2025 unknown verify
cq_output_target_2022 amount 2022 reached scope,scope
cq_output_growth_target rate 2022 on_pace scope
cq_firms_10bn count 2022 unknown -
cq_firms_10bn_threshold amount 2022 unknown class_limit
cq_firms_5bn count 2022 unknown -
cq_firms_5bn_threshold amount 2022 unknown class_limit
cq_star_products count 2022 unknown -
cq_brands count 2022 unknown -
cq_national_bases count 2022 unknown -
cq_national_base_threshold amount 2022 unknown class_limit
cq_city_bases count 2022 unknown -
cq_city_base_threshold amount 2022 unknown class_limit
cq_brands_core count 2022 unknown -
cq_brands_two_groups count 2022 unknown -
"""
ROWS = [line.split() for line in REGISTER.strip().splitlines()]


def test_the_register_is_complete(published: Published) -> None:
    """Every target of the file once, in its order."""
    assert [row[0] for row in ROWS] == list(published.targets)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_target_is_judged_as_registered(published: Published, row: list[str]) -> None:
    """Measure, end, state and cautions."""
    target = published.targets[row[0]]
    evidence = gather_evidence(target, published.pairs, published.figures)
    pace = assess(target, evidence, DAY)
    codes = ",".join(one.code for one in pace.cautions) or "-"
    found = [target.id, str(target.measure), target.period.text_end or "-", str(pace.state), codes]
    assert found == row


def test_tasks_by_region_and_source(published: Published) -> None:
    """How many tasks each text gives to each region."""
    counts = Counter((one.source[:3], one.region_en) for one in published.tasks)
    assert counts == {
        ("000", "Shandong"): 9,
        ("000", "Shanghai"): 6,
        ("000", "Zhejiang"): 7,
        ("000", "Chongqing"): 4,
        ("001", "China"): 16,
        ("002", "China"): 89,
        ("003", "China"): 4,
        ("004", "Chongqing"): 74,
    }


def test_figures_by_industry(published: Published) -> None:
    """How many figures each industry holds, its parts included."""
    figures = published.figures.values()
    counts = {
        key: sum(published.tree.covers(key, one.scope) for one in figures)
        for key in published.tree.industries
    }
    assert counts["consumer_goods"] == 217
    assert counts["pharmaceuticals"] == 16
    assert counts["paper"] == 3
    assert counts["hardware"] == 5
    assert counts["fashion"] == 15
    parts = ("appliances", "paper", "hardware", "furniture")
    assert counts["light_industry"] > sum(counts[key] for key in parts)
