"""Adapters that fill the ports with real libraries; the only rooms that import a runtime."""
