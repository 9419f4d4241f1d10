"""The studio: a local web application in which a committee writes, checks, imports, reviews and approves (docs/studio.md)."""
