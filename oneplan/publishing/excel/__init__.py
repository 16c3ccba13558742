"""The plan as an Excel workbook: a sheet per noun, typed cells, and nothing in it that could run."""

from oneplan.publishing.excel.writing import plan_workbook

__all__ = ["plan_workbook"]
