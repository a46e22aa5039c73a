"""The command `hearth`."""
