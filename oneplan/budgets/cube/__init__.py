"""What the rest of the house asks about money."""

from oneplan.budgets.cube.answering import Answer, Cell, answer
from oneplan.budgets.cube.questions import Cut, Question, ask_by, read_by, read_cuts, read_order

__all__ = ["Answer", "Cell", "Cut", "Question", "answer", "ask_by", "read_by", "read_cuts", "read_order"]
