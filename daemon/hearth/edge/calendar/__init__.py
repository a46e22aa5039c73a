"""Calendars as files and on a CalDAV server; the ports ``Agenda`` and ``Diary``.

A title, a place, a rule of recurrence came from outside: they are data, cut to a length, and can
never become a command. Whatever a file holds, it is read in a thread, within limits.
"""
