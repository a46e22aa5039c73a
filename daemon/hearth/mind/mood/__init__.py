"""How a person seems to feel, from words and voice: valence, arousal and a few named feelings."""
