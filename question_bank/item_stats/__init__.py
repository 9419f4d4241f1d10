"""Item statistics from results: how hard items were, how well they tell candidates apart, whether a key may be wrong (docs/statistics.md)."""
