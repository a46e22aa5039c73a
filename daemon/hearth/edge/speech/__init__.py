"""Ears and mouths: the engines, the worker processes they run in, and the way to them."""
