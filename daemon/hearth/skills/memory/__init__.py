"""What a person keeps, asks and forgets by voice; only what can be quoted is said."""
