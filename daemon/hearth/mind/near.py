"""A sentence with a name that is almost right in, a reading with the right name out.

Only a name is put right, and only where the rest of the sentence then is a command as it stands.
"""

from __future__ import annotations

from hearth.mind.recognize import Place, Reading, Recognition


class Near:
    """Finds names that were said, or heard, almost right."""

    def __init__(self, recognition: Recognition) -> None:
        self._recognition = recognition

    def read(self, text: str, place: Place) -> Reading | None:
        """Return a reading of ``text`` with one name put right, or None."""
        return None
