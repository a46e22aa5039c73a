"""Wake words: the shipped ones, and any name that is learned from synthetic voices."""
