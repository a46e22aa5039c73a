"""Audio frames in, facts out."""
