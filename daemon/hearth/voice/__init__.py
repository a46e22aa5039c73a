"""What is said, when, how, and when it stops."""
