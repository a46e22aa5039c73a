"""One conversation turn: understand it, decide, answer."""
