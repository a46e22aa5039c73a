"""A process of its own: the language model behind a Unix socket."""
