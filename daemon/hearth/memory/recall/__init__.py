"""A question in, what was said about it out: words, meaning, who, when; no model that writes."""
