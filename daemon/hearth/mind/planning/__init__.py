"""A sentence about reminders, alarms and the calendar in, its command out."""
