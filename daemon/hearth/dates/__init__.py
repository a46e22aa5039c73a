"""Words of a time in; a moment, a day, a span or a recurrence out, as seen from now.

``Dates("en").read("every second Tuesday at nine", now)``. The words are data: ``dates`` of
``configs/sentences/<lang>-dates.yaml``. ``when.py`` says what comes out, ``recurrence.py`` when a
recurrence takes place.
"""

from hearth.dates.placing import Prefer
from hearth.dates.reader import Dates, Found, Named, dates
from hearth.dates.when import When

__all__ = ["Dates", "Found", "Named", "Prefer", "When", "dates"]
