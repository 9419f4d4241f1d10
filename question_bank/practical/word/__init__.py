"""The model of a .docx file: what the checks of `docx` read."""
