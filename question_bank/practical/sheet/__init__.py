"""Workbooks (.xlsx) as checks read them: cells, formulas, looks, and everything that stands on a sheet."""
