"""What was said and done, kept on disk."""
