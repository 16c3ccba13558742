"""The plan as a Word document: real styles, real tables, editable."""

from oneplan.publishing.word.writing import plan_word

__all__ = ["plan_word"]
