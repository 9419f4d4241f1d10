"""What laws say, as data: how documents look, how one-stop procedures run (docs/legal-profiles.md)."""
