"""What the language model wrote in, whether it may be said out."""
