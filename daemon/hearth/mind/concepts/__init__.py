"""A clause in no known order, read by its concepts: each word is explained, or nothing moves."""
