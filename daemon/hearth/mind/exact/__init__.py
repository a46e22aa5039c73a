"""Sentences word for word as their templates spell them: Home Assistant's and Hearth's own."""
