"""A sentence in; the command about a reminder, an alarm or the calendar that it is out.

The times of a sentence are found first (``hearth.dates``) and stand as ``{when}`` in the forms,
which are data: ``planning`` of ``configs/sentences/<lang>-calendar.yaml``. What time it is nobody
knows here: a command holds the words of its time, and the skill reads them when it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from hearth.compiled import compiled
from hearth.dates import Dates, Found
from hearth.pattern import expression
from hearth.port import Command

_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_MARK = re.compile(r"§\d+")
_MARKS = r"§\d+(?:\s+§\d+)*"
_PUNCTUATION = re.compile(r"[^\w\s':.,§@&/-]+")
_ENDS = re.compile(r"(?<!\d)[.,:-]+(?=\s|$)|[.,:-]+$|(?<=[^\d\s])[.,]+(?=\s)")
_WALL = "\u00a6"
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to say an intent. ``bare``: its times may stand anywhere; ``after``: it is about what
    was understood last, whose family of intents it takes; ``text`` is how it tells the reminder's.
    """

    intent: str
    regex: re.Pattern[str]
    bare: bool
    for_at: bool
    needs: str
    told: str
    slots: Mapping[str, Any]
    after: bool = False
    text: str = "{text}"


@dataclass(frozen=True, slots=True)
class _Marked:
    """A sentence whose times are marked: ``whens`` are their words, ``bare`` is without them.

    ``days`` are the times that tell no hour, by their number.
    """

    text: str
    bare: str
    whens: tuple[str, ...]
    days: frozenset[int] = frozenset()

    def words(self, marks: str) -> str:
        """Return the words of the times that stand behind marks."""
        return " ".join(self.whens[int(m.group()[1:])] for m in _MARK.finditer(marks))


class Planning:
    """Reads reminders, alarms and the calendar's sentences in one language."""

    def __init__(self, language: str, table: Mapping[str, Any], dates: Dates) -> None:
        """Take the table ``planning``; without it nothing is read. Raises ConfigError."""
        self._language = language
        self._dates = dates
        self._table = table
        if not table:
            return
        self._triggers = _word(expression(str(table["triggers"])))
        self._conditions = _word(expression(str(table["conditions"])))
        self._suns = re.compile(rf"(?:the\s+)?(?:{expression(str(table['suns']))})", re.IGNORECASE)
        dangling = expression(str(table["dangling"]))
        self._dangling = re.compile(rf"(?:(?:^|\s+)(?:{dangling}))+$|\s+,", re.IGNORECASE)
        self._leading = re.compile(rf"^(?:{expression(str(table['leading']))})(?!\w)[\s,]*", re.I)
        trailing, fillers = table.get("trailing", "(?!)"), table.get("fillers", "(?!)")
        self._trailing = re.compile(rf"[\s,]+(?:{_template(trailing)})$", re.I)
        self._fillers = re.compile(rf"(?:^|[\s,]+)(?:{_template(fillers)})(?=[\s,]|$),?", re.I)
        self._before = str(table.get("before", "before"))
        self._open_ends = frozenset(str(w) for w in table.get("open_ends") or ())
        self._for = re.compile(rf"\b(?:{'|'.join(map(str, table.get('for') or ('for',)))})\b", re.I)
        self._at = str(table.get("at", "at"))
        to, clock = (str(table[key]) for key in ("to", "clock_words"))
        self._to = re.compile(rf"(?<!\w)({to})\s+(?=(?:\d|{clock}(?!\w)))", re.IGNORECASE)
        self._apart = re.compile(rf"(?<!\w)({to})\s+", re.IGNORECASE)
        when_it_is = _template(table.get("when_it_is", "(?!)"))
        self._when_it_is = re.compile(rf"(?<!\w)(?:{when_it_is})\s+(?=\d|{clock}(?!\w))", re.I)
        it = _template(table.get("it", "(?!)"))
        self._it = re.compile(rf"(?<!\w)({it})\s+(?=\d|{clock}(?!\w))", re.I)
        self._person = {str(k): str(v) for k, v in (table.get("person") or {}).items()}
        event = expression(str(table["event"]))
        after = "|".join(map(str, table.get("event_after") or _EVENT_AFTER))
        self._event = compiled(rf"(?:.*?\b)?(?:{event})(?:'s)?(?:\s+(?:{after})\b.*)?", re.I)
        self._calendar = _word(_bare(expression(str(table["calendar"]))))
        slots = {
            "when": _MARKS,
            "when1": _MARKS,
            "from": _MARKS,
            "from1": _MARKS,
            "open": _bare(expression(str(table["open"]))),
            "calendar": _bare(expression(str(table["calendar"]))),
            "kind": _bare(event),
            "text": r".+?",
            "title": r".+?",
            "about": r".+?",
            "unit": r"\w+",
            "ahead": dates.length,
            "past": _template(table.get("past", "(?!)")),
        }
        for name, part in (table.get("parts") or {}).items():
            slots[str(name)] = _bare(expression(str(part)))
        self._shifts = tuple(
            (str(way), _word(expression(str(template), {"by": dates.length})))
            for way, templates in (table.get("shift") or {}).items()
            for template in templates
        )
        self._forms = tuple(form for row in table.get("forms") or () for form in _forms(row, slots))
        done = _bare(expression(str(table["done_words"])))
        length = r"(?:(?!every)[^§]){3,30}?"
        self._insist = [
            compiled(
                rf"(?<!\w)(?:{expression(str(t), {'length': length, 'done': done})})(?!\w)", re.I
            )
            for t in table.get("insist") or ()
        ]
        self._insists = re.compile(rf"^(?:{expression(str(table['insist_opens']))})(?!\w)", re.I)

    def command(self, text: str, lately: Sequence[Command] = ()) -> Command | None:
        """Return what a sentence asks for; None where it is about something else.

        ``lately`` is what was understood last in the room: "move it to five" is about that.
        """
        family = _family(lately)
        if not self._table or not (family or self._triggers.search(text)):
            return None
        words = self._stripped(text)
        rest, insist = self._insisted(words)
        found = self._read(rest, insist, text, family)
        return found if found or rest == words else self._read(words, {}, text, family)

    def _read(
        self, words: str, insist: Mapping[str, str], text: str, family: str
    ) -> Command | None:
        """Return what words ask for, by the first form that fits."""
        plain, at = self._marked(words, for_at=False), self._marked(words, for_at=True)
        if self._conditions.search(plain.text.partition(" ")[2]):
            return None
        shifted, shift = self._shifted(words)
        short = self._marked(shifted, for_at=False) if shift else plain
        it = self._marked(self._it.sub(rf"\1 {self._at} ", words), for_at=True) if family else at
        for form in self._forms:
            shifts = form.needs == "shift"
            if (form.after and not family) or (shifts and not shift):
                continue
            ways = (it, plain) if form.after else _variants(form, plain, at)
            for marked in (short,) if shifts else ways:
                if found := self._matched(form, marked, shift if shifts else insist, text):
                    if form.after:
                        found = replace(found, intent=family + found.intent)
                    return found
        return None

    def _stripped(self, text: str) -> str:
        """Return a sentence without what only leads to it, hesitates, or thanks."""
        words = self._when_it_is.sub(f"{self._at} ", self._fillers.sub(" ", _plain(text))).strip()
        while (shorter := self._leading.sub("", words)) != words:
            words = shorter
        while (shorter := self._trailing.sub("", words)) != words:
            words = shorter
        return words

    def _shifted(self, words: str) -> tuple[str, dict[str, str]]:
        """Take "back an hour", "half an hour earlier" out of a sentence."""
        for way, pattern in self._shifts:
            if (match := pattern.search(words)) and match.start() > 0:
                rest = f"{words[: match.start()]} {words[match.end() :]}"
                return " ".join(rest.split()), {"by": match["by"], "way": way}
        return words, {}

    def _marked(self, words: str, *, for_at: bool) -> _Marked:
        said = words
        if for_at:
            said = self._to.sub(rf"\1 {self._at} ", self._for.sub(self._at, words))
            said = self._apart.sub(rf"\1 {_WALL} ", said)  # "from Monday to Friday" are two times
        found = self._dates.find(said, _SOME_DAY, named=self._sun, any_name=True)
        pieces, at = [], 0
        for number, each in enumerate(found):
            pieces += [said[at : each.start], f" §{number} "]
            at = each.end
        pieces.append(said[at:])
        text = " ".join("".join(pieces).replace(_WALL, " ").split())
        bare = self._dangling.sub("", " ".join(_MARK.sub(" ", text).split())).strip(" ,")
        whens = tuple(_said(said, each) for each in found)
        days = frozenset(n for n, each in enumerate(found) if not each.when.timed)
        return _Marked(text.strip(" ,"), bare, whens, days)

    def _sun(self, words: str) -> datetime | None:
        return _SOME_DAY if self._suns.fullmatch(words) else None

    def _matched(
        self, form: _Form, marked: _Marked, extra: Mapping[str, str], text: str
    ) -> Command | None:
        match = form.regex.fullmatch(marked.bare if form.bare else marked.text)
        if match is None:
            return None
        found = {k: v.strip(" ,") for k, v in match.groupdict().items() if v}
        slots: dict[str, Any] = dict(form.slots)
        for key in ("when", "from"):
            marks = " ".join(found[k] for k in (key, f"{key}1") if k in found)
            if marks:
                slots[key] = marked.words(marks)
        if form.bare and marked.whens:
            slots["when"] = " ".join(marked.whens)
        if form.needs == "statement":
            self._of_statement(found, slots, marked)
        if "past" in found:
            slots["past"] = found["past"]
        for key in ("text", "title", "about", "kind"):
            if key in found:
                words = self._dangling.sub(
                    "", _MARK.sub(lambda m: marked.words(m.group()), found[key])
                )
                slots[key] = _as_said(words, text)
        if not self._enough(form, found, slots, marked):
            return None
        if form.told or form.intent == "HearthRemind":
            slots |= self._told(form, slots)
            slots |= extra
        if form.needs == "shift":
            slots |= extra
        return Command(form.intent, slots, language=self._language)

    def _of_statement(self, found: dict[str, str], slots: dict[str, Any], marked: _Marked) -> None:
        """Put the time of "on Friday the plumber comes" and of "remind me at nine" together."""
        numbers = [int(m.group()[1:]) for m in _MARK.finditer(found.get("text", ""))]
        told = " ".join(marked.whens[n] for n in numbers)
        if "ahead" in found and told:
            slots["when"] = f"{found['ahead']} {self._before} {told}"
        elif "when" not in slots and told:
            slots["when"] = told
        elif numbers and marked.days.issuperset(numbers) and not self._dated(slots["when"]):
            slots["when"] = f"{told} {slots['when']}"
        else:
            return
        if "ahead" not in found:
            found["text"] = " ".join(_MARK.sub(" ", found["text"]).split())

    def _dated(self, words: str) -> bool:
        return any(each.when.dated for each in self._dates.find(words, _SOME_DAY))

    def _enough(
        self, form: _Form, found: Mapping[str, str], slots: Mapping[str, Any], marked: _Marked
    ) -> bool:
        """Return whether a form has what makes it sure: a time, or that it is about an event."""
        needs, timed = form.needs, "when" in slots
        last = str(slots.get("text", "")).rpartition(" ")[2].lower()
        first = str(slots.get("text", "")).partition(" ")[0]
        if needs == "statement" and (last in self._open_ends or self._conditions.match(first)):
            return False
        if needs == "clock" and len(marked.days) == len(marked.whens):
            return False  # "tell me that you like it tomorrow"
        if needs == "shift" and form.intent == "HearthAgendaMove":
            needs = "event"
        if needs not in ("event", "planned", "noted"):
            return timed or needs not in ("when", "clock", "statement")
        name = str(slots.get("title") or slots.get("about") or "")
        if not name or len(name) > _LONGEST_NAME:
            return False
        in_calendar = "calendar" in found or bool(self._calendar.search(marked.bare))
        sure = timed or needs == "event"  # "make a coffee" is no appointment
        is_event = needs == "noted" or bool(self._event.fullmatch(name))
        return in_calendar or (sure and is_event)

    def _told(self, form: _Form, slots: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a reminder is about, turned to the person, and the sentence that tells it."""
        words = str(slots.get("text", "")).split()
        turned = " ".join(self._person.get(word.lower(), word) for word in words)
        turned = form.text.replace("{text}", turned) if turned else ""
        told = form.told.replace("{text}", turned) if turned else ""
        return {"text": turned, "told": told[:1].upper() + told[1:]}

    def _insisted(self, words: str) -> tuple[str, dict[str, str]]:
        """Take "and insist", "every ten minutes until I have" out of a sentence."""
        insist: dict[str, str] = {"insist": "yes"} if self._insists.match(words) else {}
        for pattern in self._insist:
            if match := pattern.search(words):
                shorter = f"{words[: match.start()]} {words[match.end() :]}".strip(" ,")
                if not shorter or match.start() == 0:
                    continue
                words = " ".join(shorter.split())
                insist = {"insist": match.groupdict().get("length") or insist.get("insist", "yes")}
        return words, insist


_EVENT_AFTER = (
    "with",
    "at",
    "in",
    "for",
    "of",
    "about",
    "to",
    "and",
    "called",
    "named",
    "on",
    "regarding",
    "by",
)
"""What may follow an event's noun: "dinner with Tom", but no "party scene"."""


def _forms(row: Mapping[str, Any], slots: Mapping[str, str]) -> list[_Form]:
    return [
        _Form(
            str(row["intent"]),
            compiled(expression(str(template), slots), re.IGNORECASE),
            bool(row.get("bare")),
            bool(row.get("for_at")),
            str(row.get("needs", "")),
            str(row.get("told", "")),
            row.get("slots") or {},
            bool(row.get("after")),
            str(row.get("text", "{text}")),
        )
        for template in row["says"]
    ]


def _family(lately: Sequence[Command]) -> str:
    """Return whose "it" may be meant: a reminder's, an alarm's, an appointment's; "" for none."""
    last = lately[-1].intent if lately else ""
    return next((f for f in _FAMILIES if last.startswith(_FAMILIES[f])), "")


_FAMILIES = {
    "HearthReminder": ("HearthRemind",),
    "HearthAlarm": ("HearthAlarm",),
    "HearthAgenda": ("HearthAgenda",),
}


def _template(template: object) -> str:
    return "(?!)" if template == "(?!)" else _bare(expression(str(template)))


def _variants(form: _Form, plain: _Marked, at: _Marked) -> tuple[_Marked, ...]:
    """Return the sentence as a form reads it: "for seven" is "at seven" for an alarm."""
    if form.for_at:
        return (at, plain) if at.whens else (plain,)
    return (plain,) if plain.whens or not at.whens else (at, plain)


def _plain(text: str) -> str:
    """Return a sentence without the marks that mean nothing for its time."""
    text = text.replace("\u2019", "'").replace("§", " ")
    text = _PUNCTUATION.sub(" ", text)
    return " ".join(_ENDS.sub(" ", text).split())


def _said(text: str, found: Found) -> str:
    return text[found.start : found.end]


def _as_said(words: str, text: str) -> str:
    """Return words with the capitals that they had in the sentence."""
    originals = {w.strip(".,!?").lower(): w.strip(".,!?") for w in reversed(text.split())}
    return " ".join(originals.get(word.lower(), word) for word in words.split())


def _word(pattern: str) -> re.Pattern[str]:
    return compiled(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


def _bare(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)
