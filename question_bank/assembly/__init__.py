"""Which items go into the forms of a round: what a bank can give, a search that finds forms when there are any, and proofs (docs/blueprint.md)."""
