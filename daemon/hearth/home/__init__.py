"""The things in the house, what they can do, and the door through which they are moved."""
