"""The words of the Open Contracting for Infrastructure Data Standard (0.9.5) beside ours: pure tables, used both ways.

What the standard tells apart less finely than we do reads back as the earliest stage that it can mean.
"""

from oneplan.projects.choices import BUILDING, Nature, Stage

VERSION = "0.9"
PREFIX = "oneplan"  # whoever publishes for good asks the standard's help desk for a prefix of its own
CURRENCY = "ZAR"
SUPPLIER = "supplier"  # the role of whoever builds; what their source calls it stands beside it: the list is open
SPENT = "spent"  # the metric that holds what was spent in each financial year
SHAPES = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")  # of works that are more than a point

STATUS_OF: dict[str, str] = {
    Stage.INITIATION: "identification",
    Stage.PRE_FEASIBILITY: "preparation",
    Stage.FEASIBILITY: "preparation",
    Stage.TENDER: "implementation",
    Stage.DESIGN: "preparation",
    **dict.fromkeys(BUILDING, "implementation"),
    Stage.PRACTICAL_COMPLETION: "completion",
    Stage.FINAL_COMPLETION: "completion",
    Stage.TERMINATED: "cancelled",
}
STAGE_OF: dict[str, Stage] = {
    "identification": Stage.INITIATION,
    "preparation": Stage.PRE_FEASIBILITY,
    "implementation": Stage.TENDER,
    "completion": Stage.PRACTICAL_COMPLETION,
    "maintenance": Stage.FINAL_COMPLETION,
    "decommissioning": Stage.FINAL_COMPLETION,
    "decommissioned": Stage.FINAL_COMPLETION,
    "cancelled": Stage.TERMINATED,
}
TYPE_OF: dict[str, str] = {
    Nature.NEW: "construction",
    Nature.UPGRADE: "expansion",
    Nature.RENEWAL: "rehabilitation",
}
NATURE_OF: dict[str, Nature] = {
    "construction": Nature.NEW,
    "replacement": Nature.NEW,
    "expansion": Nature.UPGRADE,
    "rehabilitation": Nature.RENEWAL,
}
# Sectors as the provinces and the Treasury name them; others stand as a classification of their own.
SECTOR_OF: dict[str, list[str]] = {
    "education": ["education"],
    "health": ["health"],
    "transport": ["transport"],
    "roads": ["transport", "transport.road"],
    "human settlements": ["socialHousing"],
    "arts and culture": ["cultureSportsAndRecreation"],
    "sports and recreation": ["cultureSportsAndRecreation"],
    "agriculture and rural development": ["economy"],
    "economic development and tourism": ["economy"],
    "cooperative governance and traditional affairs": ["governance"],
    "office of the premier": ["governance"],
    "environmental affairs": ["naturalResources"],
    "water and sanitation": ["waterAndWaste"],
}
