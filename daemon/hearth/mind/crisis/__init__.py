"""A person in danger: found by rules, answered by fixed words, never by a language model."""
