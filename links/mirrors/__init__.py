"""Mirrored and cloned accounts: which account is whose twin, and which is a copy of another (docs/mirrors.md)."""
