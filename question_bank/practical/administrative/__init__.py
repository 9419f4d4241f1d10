"""The form of administrative documents: their components found by what they say, and judged by a legal profile (docs/legal-profiles.md)."""
