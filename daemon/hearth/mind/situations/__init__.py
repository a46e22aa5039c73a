"""What people tell in, what was written for such a situation out, one beat of it a turn."""
