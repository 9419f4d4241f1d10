"""The checks of text documents (.docx), by theme."""
