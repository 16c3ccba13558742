"""Questions of money and their answers: cut, group, add up; down to the row of a source."""

from oneplan.budgets.cube.answering import Answer, Cell, answer
from oneplan.budgets.cube.attributes import ATTRIBUTES, Misread, attribute, whole_number
from oneplan.budgets.cube.listing import Counts, FactLine, FactPage, count_behind, list_facts, list_members
from oneplan.budgets.cube.questions import Cut, Question, ask_by, read_by, read_cuts, read_order

__all__ = [
    "ATTRIBUTES", "Answer", "Cell", "Counts", "Cut", "FactLine", "FactPage", "Misread", "Question", "answer", "ask_by",
    "attribute", "count_behind", "list_facts", "list_members", "read_by", "read_cuts", "read_order", "whole_number",
]  # fmt: skip
