"""Wants in, what is said unasked out: the gate and what runs it; no model is ever called."""
