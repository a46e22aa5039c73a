"""Numbered SQL scripts; each runs once."""
