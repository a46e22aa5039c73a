"""Hearth: a companion that lives on a small computer at home and keeps to it."""
