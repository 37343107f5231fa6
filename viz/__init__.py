"""Figures from plain records. Nothing here speaks to a graph.

Every figure is a `CaseFigure`, 768 px wide; `write_html` and `fragment` are the only ways it becomes HTML.
"""

from attrigraph.viz.captions import account_numbers, caption_text
from attrigraph.viz.evidence_text import caveat
from attrigraph.viz.figure import CaseFigure, Table, Words
from attrigraph.viz.figure_burst import burst_timeline
from attrigraph.viz.figure_clock import clock_rules
from attrigraph.viz.figure_coordination import coordination_network
from attrigraph.viz.figure_hours import hours
from attrigraph.viz.figure_lags import lag_histogram
from attrigraph.viz.figure_map import territory_map
from attrigraph.viz.figure_matrix import matrix
from attrigraph.viz.figure_mirror import mirror_card
from attrigraph.viz.figure_network import MAX_NODES, network
from attrigraph.viz.figure_outcomes import outcome_strip
from attrigraph.viz.figure_reliability import reliability
from attrigraph.viz.figure_risk import risk_coverage
from attrigraph.viz.figure_summary import network_summary
from attrigraph.viz.figure_waterfall import waterfall
from attrigraph.viz.figure_windows import belief_windows
from attrigraph.viz.html import fragment, page, plotly_js, table_html, write_html
from attrigraph.viz.link_records import (
    BurstPost,
    BurstTimeline,
    CoordinationLink,
    CoordinationScene,
    LagHistogram,
    MirrorCard,
    MirrorField,
    Tested,
)
from attrigraph.viz.records import BeliefWindow, ClockRule, ClockRules, HourGrid, Night, RiskCurve
from attrigraph.viz.scene import AccountMark, Link, ResourceMark, Scene, account_marks, scene_from_rows
from attrigraph.viz.theme import Theme, deal_slots

__all__ = [
    "MAX_NODES",
    "AccountMark",
    "BeliefWindow",
    "BurstPost",
    "BurstTimeline",
    "CaseFigure",
    "ClockRule",
    "ClockRules",
    "CoordinationLink",
    "CoordinationScene",
    "HourGrid",
    "LagHistogram",
    "Link",
    "MirrorCard",
    "MirrorField",
    "Night",
    "ResourceMark",
    "RiskCurve",
    "Scene",
    "Table",
    "Tested",
    "Theme",
    "Words",
    "account_marks",
    "account_numbers",
    "belief_windows",
    "burst_timeline",
    "caption_text",
    "caveat",
    "clock_rules",
    "coordination_network",
    "deal_slots",
    "fragment",
    "hours",
    "lag_histogram",
    "matrix",
    "mirror_card",
    "network",
    "network_summary",
    "outcome_strip",
    "page",
    "plotly_js",
    "reliability",
    "risk_coverage",
    "scene_from_rows",
    "table_html",
    "territory_map",
    "waterfall",
    "write_html",
]
