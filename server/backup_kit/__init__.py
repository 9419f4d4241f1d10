"""The backup kit: every sealed set on a stick, signed, and checked on any machine without keys (docs/readiness.md §5)."""
