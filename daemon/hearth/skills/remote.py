"""What the command line asks of who Hearth is in, what was done out: set-up, personas.

The same answers whether a Hearth runs (over its socket) or none does (on its memory's file).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hearth.error import HearthError
from hearth.event import Heard
from hearth.house import House
from hearth.mind.setup.file import PROFILE, parse
from hearth.persona import Persona, Trusted
from hearth.skill import Guardian
from hearth.skills.self import OUTSIDE
from hearth.skills.setup import SetUp


class Remote:
    """Does for the command line what a voice could ask for.

    Args:
        setup: The set-up.
        crisis: Sees what was typed before the set-up does.
        site: The room in which that counts as said.
    """

    def __init__(self, setup: SetUp, crisis: Guardian, site: str) -> None:
        self._setup, self._crisis, self._site = setup, crisis, site

    async def set_up(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Take the answers of a ``file``, or the answer ``text``; with neither, ask.

        Returns ``text``, and whether it is ``over`` or goes on ``later``. What was no answer stands
        in ``elsewhere``: a Hearth that runs can be asked it, before the open ``question`` again.
        Raises HearthError.
        """
        setup = self._setup
        if "file" in data:
            return await self._from_file(data["file"])
        if "text" not in data:
            first = "setup.resume" if setup.course else "setup.begin"
            text = setup.told(((first, {}), await setup.opening()))
            return {"text": text, "place": setup.place}
        if setup.course is None:
            raise HearthError("No set-up is open.", "Begin it again with `hearth setup`.")
        text = str(data["text"])
        if reply := await self._danger(text):
            return {"text": reply}
        taken = await setup.take(text)
        if taken.stray:
            question = setup.told((await setup.opening(),))
            here = setup.phrase("setup.not_here", {})
            return {"text": here, "elsewhere": text, "question": question}
        said = setup.told(taken.said)
        if taken.course is None:
            return {"text": "\n".join((said, *setup.introduction())), "over": True}
        return {"text": said, "later": taken.later}

    async def _from_file(self, told: Mapping[str, Any]) -> dict[str, Any]:
        me = self._setup.me
        file = parse(told, me.cast)
        change = {key: getattr(file, key) for key in PROFILE if getattr(file, key) is not None}
        if file.trusted:
            change["trusted"] = Trusted(file.trusted.name, file.trusted.reach)
        if change:
            await me.change(**change)
        if file.persona or file.sex:
            id_ = file.persona or me.persona().id
            await me.be(id_, file.sex, "the set-up's file")
        if file.name:
            await me.rename(file.name, "the set-up's file")
        await self._setup.finish()
        return {"text": "\n".join(self._setup.introduction()), "over": True}

    async def _danger(self, text: str) -> str:
        """Return the fixed reply to words of danger, before anything else is made of them."""
        heard = Heard(self._site, text, origin="client")
        reply = await self._crisis.consider(heard, House(), None)
        return reply.text if reply else ""

    async def persona(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Tell the personas (``list``), or ``use`` one, ``rename`` it, or go ``back``."""
        me = self._setup.me
        match data.get("do", "list"):
            case "use":
                await me.be(str(data.get("id")), str(data.get("sex", "")), f"{OUTSIDE} use")
            case "back":
                if await me.back(f"{OUTSIDE} rollback") is None:
                    raise HearthError("It has not been anybody else.")
        waiting, now = me.waiting(), me.persona()
        return {
            "now": _plain(now),
            "waiting": _plain(waiting) if waiting else None,
            "personas": [_plain(p) for id_ in sorted(me.cast.files) if (p := me.cast.persona(id_))],
            "history": [
                {"time": t.time.isoformat(), "why": t.why, **_plain(t.persona)}
                for t in await me.history()
            ],
            "faults": list(me.cast.faults),
        }


def _plain(persona: Persona) -> dict[str, Any]:
    return {
        "id": persona.id,
        "version": persona.version,
        "name": persona.name,
        "about": persona.about,
        "voice": persona.voice,
        "pace": persona.pace,
        "temperament": persona.temperament,
        "manner": list(persona.manner),
    }


def verbs(setup: SetUp, crisis: Guardian, site: str) -> dict[str, Any]:
    """Return what the control socket is to answer, by its kind."""
    remote = Remote(setup, crisis, site)
    return {"setup": remote.set_up, "persona": remote.persona}
