"""Replies that people wrote: what kind of sentence it is, and what a friend says to it."""
