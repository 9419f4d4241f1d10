"""Checks of presentations (.pptx), a module for each theme."""
