"""The checks of workbooks, a module for each theme."""
