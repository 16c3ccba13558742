"""Quality gates: each rule that a rule set names is computed from the content and says what is missing and who owes
it.
"""

from oneplan.joint_planning.gates.evidence import Evidence, Missing, Owed, gather
from oneplan.joint_planning.gates.report import (
    RULES,
    GateReport,
    RuleReport,
    StageReport,
    current_gate,
    gate_report,
    judge,
)

__all__ = [
    "RULES",
    "Evidence",
    "GateReport",
    "Missing",
    "Owed",
    "RuleReport",
    "StageReport",
    "current_gate",
    "gate_report",
    "gather",
    "judge",
]
