"""What Hearth would like to say of its own accord, one idea a file; none calls a model."""
