"""What the door answered in, a reply out: what was done, what failed, or a question.

"Done" is said only of what the devices confirmed. Where the door wants a yes, a PIN or a code, the
person is asked for it, and the answer goes straight back to the door.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hearth.event import Act, Acted, Need
from hearth.house import House
from hearth.mind.answers import Answers
from hearth.port import Command, Door, Phraser
from hearth.skill import Answer, Question, Reply

Done = Callable[[Sequence[Acted], House], str]
"""Says what was done; it is given only what was done."""

_DROPS = frozenset(("HassNevermind", "HearthStop", "HearthUndo"))
"""Intents that are as good as a no."""

_SHORT = 4
"""An answer of so few words that was not understood is asked for once more."""

_ANSWER_S = 12.0


@dataclass(frozen=True)
class _Asked:
    """What waits for an answer, the reply to it, and whether it was asked before."""

    refused: tuple[Acted, ...]
    done: Done
    command: Command | None = None
    again: bool = False


class Report:
    """Turns the end of actions into a reply, and asks where the door wants it."""

    def __init__(self, door: Door, phraser: Phraser, answers: Answers) -> None:
        self._door = door
        self._phraser = phraser
        self._answers = answers

    def reply(
        self, acted: Sequence[Acted], done: Done, command: Command | None = None, *, lead: str = ""
    ) -> Reply:
        """Return the reply to actions of one turn; ``command`` is what they were made from."""
        well = [each for each in acted if each.outcome in ("done", "sent")]
        asks = tuple(each for each in acted if each.need in ("confirm", "pin", "code"))
        parts = [lead] if lead else []
        if well:
            parts.append(self._told(well, done))
        parts += self._failed([each for each in acted if each not in well and each not in asks])
        failed = len(acted) > len(well) + len(asks)
        outcome = "failed" if failed else "done"
        if not asks:
            return Reply(" ".join(parts), outcome)  # type: ignore[arg-type]  # one of the outcomes
        secret = any(each.need != "confirm" for each in asks)
        need: Need = next((n for n in ("pin", "code") if n in {a.need for a in asks}), "confirm")
        if not lead:
            parts.append(self._phrase(f"door.{need}", asks))
        asked = _Asked(asks, done, command, again=bool(lead))
        answered = self._with_code if secret else self._with_yes
        question = Question(lambda answer: answered(asked, answer), _ANSWER_S, secret=secret)
        return Reply(" ".join(parts), outcome, question)  # type: ignore[arg-type]  # as above

    def drops(self, answer: Answer) -> bool:
        """Return whether an answer is a no, and no new command."""
        if any(command.intent not in _DROPS for command in answer.commands):
            return False
        return bool(answer.commands) or self._answers.yes(answer.words) == "no"

    def left(self) -> Reply:
        """Return the reply to a no."""
        return Reply(self._phraser.phrase("door.left"), "stopped")

    async def _with_yes(self, asked: _Asked, answer: Answer) -> Reply | None:
        """Take the answer to a question of yes and no."""
        said = self._answers.yes(answer.words)
        if said == "yes" or (said == "starts_yes" and _same(answer, asked)):
            acted = await self._door.confirm(asked.refused, answer.heard)
            return self.reply(acted, asked.done, asked.command)
        if self.drops(answer):
            return self.left()
        if answer.commands or asked.again or len(answer.words.split()) > _SHORT:
            return None
        return self.reply(
            asked.refused, asked.done, asked.command, lead=self._phraser.phrase("door.yes_or_no")
        )

    async def _with_code(self, asked: _Asked, answer: Answer) -> Reply | None:
        """Take a PIN or a code; its words go nowhere but to the door."""
        if digits := self._answers.digits(answer.words):
            acted = await self._door.confirm(asked.refused, answer.heard, digits)
            wrong = any(each.need in ("pin", "code") for each in acted)
            lead = self._phraser.phrase("door.wrong") if wrong else ""
            return self.reply(acted, asked.done, asked.command, lead=lead)
        if self.drops(answer):
            return self.left()
        if answer.commands:
            return None
        if asked.again:
            return self.left()
        lead = self._phrase("door.pin", asked.refused)
        return self.reply(asked.refused, asked.done, asked.command, lead=lead)

    def _told(self, well: Sequence[Acted], done: Done) -> str:
        """Say what was done; by name where the door wants that."""
        house = self._door.house()
        text = done(well, house)
        names = _names([each for each in well if each.told], house)
        unsaid = [name for name in names if name.casefold() not in text.casefold()]
        if not unsaid:
            return text
        reply = text.rstrip(".!") or self._phraser.phrase("talk.done").rstrip(".!")
        return self._phraser.phrase("door.told", reply=reply, names=unsaid)

    def _failed(self, acted: Sequence[Acted]) -> list[str]:
        """Name what did not go, kind by kind."""
        kinds: dict[str, list[Acted]] = {}
        for each in acted:
            key = f"door.{each.need}" if each.need else f"errors.{each.outcome}"
            kinds.setdefault(key, []).append(each)
        return [self._phrase(key, group) for key, group in kinds.items()]

    def _phrase(self, key: str, acted: Sequence[Acted]) -> str:
        """Return a phrase about what was to be done, and to what."""
        names = _names(acted, self._door.house())
        if key.startswith("errors."):
            return self._phraser.phrase(key, names=names)
        actions = {action_of(each.act) for each in acted}
        action = actions.pop() if len(actions) == 1 else "move"
        verb = self._phraser.phrase(f"door.actions.{action}")
        return self._phraser.phrase(key, names=names, action=verb)


def action_of(act: Act) -> str:
    """Return the word for an action, as the phrases ``door.actions`` name it."""
    domain, service = act.entity_id.partition(".")[0], act.service
    if domain == "alarm_control_panel":
        kind = service.removeprefix("alarm_").partition("_")[0]
        return f"alarm_{kind}" if kind in ("arm", "disarm") else "alarm_trigger"
    if domain == "lock":
        return {"lock": "lock", "turn_on": "lock", "open": "open"}.get(service, "unlock")
    if domain in ("cover", "valve"):
        return "close" if service.startswith("close") or service == "turn_off" else "open"
    if domain in ("switch", "siren", "light", "fan") and service in ("turn_on", "turn_off"):
        return service
    return "install" if domain == "update" else "move"


def again(command: Command, *targets: str) -> Command:
    """Return the same command for these things."""
    return replace(command, targets=targets, choices=())


def _names(acted: Sequence[Acted], house: House) -> list[str]:
    ids = dict.fromkeys(each.act.entity_id for each in acted)
    return [entity.name if (entity := house.entity(id_)) else id_ for id_ in ids]


def _same(answer: Answer, asked: _Asked) -> bool:
    """Return whether "yes" was followed by nothing but the command itself."""
    if not answer.commands or asked.command is None:
        return False
    meant = {each.act.entity_id for each in asked.refused}
    return all(
        command.intent == asked.command.intent and command.targets and meant >= {*command.targets}
        for command in answer.commands
    )
