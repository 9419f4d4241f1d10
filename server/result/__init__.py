"""The result bundle of a closed sitting: written, read and checked (docs/result.md)."""
