"""What people told, as facts: read from turns by rules when idle, kept with their words."""
