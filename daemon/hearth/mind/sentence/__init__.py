"""More than one clause: several commands, corrections, exceptions, what was left out, times."""
