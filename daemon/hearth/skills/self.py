"""Who Hearth is and how it speaks, changed by saying so: its name, its persona, voice and pace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hearth.mind.answers import Answers
from hearth.mind.me import Me
from hearth.mind.personas import DEFAULT, Wish
from hearth.persona import Talk
from hearth.port import Phraser
from hearth.skill import Answer, Question, Reply, Request, intent
from hearth.skills.setup import Renamed
from hearth.want import Moment, Want

_LEVELS: tuple[Talk, ...] = ("little", "some", "much")
_STEP, _SLOWEST, _FASTEST = 1.15, 0.6, 1.7
_SOBER = ("dry", "quiet", "plain")
"""Whom it tries to be, in this order, where it was too much of something."""

KIND = "persona"

OUTSIDE = "hearth persona"
"""Why somebody changed who it is at a terminal: those in the house are told of it."""

_OFFERED_FOR, _TOLD_FOR = timedelta(hours=12), timedelta(days=3)


class Myself:
    """Answers what is asked about Hearth's own character, and changes it."""

    def __init__(
        self, me: Me, phraser: Phraser, answers: Answers, *, listen_to: Renamed = lambda name: ""
    ) -> None:
        self._me = me
        self._phraser = phraser
        self._answers = answers
        self._listen_to = listen_to

    @intent("HearthYourName")
    async def name(self, request: Request) -> Reply:
        """Say what it is called."""
        return self._say("my_name", name=self._me.persona().name)

    async def rename(self, name: str) -> Reply:
        """Bear another name, and listen to it where that is possible."""
        await self._me.rename(name)
        listening = self._listen_to(self._me.persona().name)
        said = self._phraser.phrase("self.renamed", name=self._me.persona().name)
        return Reply(" ".join(part for part in (said, listening) if part))

    @intent("HearthPersonas")
    async def personas(self, request: Request) -> Reply:
        """Say who it is, and who else it could be."""
        now, cast = self._me.persona(), self._me.cast
        others = [p for id_ in cast.files if id_ != now.id and (p := cast.persona(id_))]
        told = [self._phraser.phrase("self.other", name=p.name, about=p.about) for p in others]
        example = next((p.about.split()[0] for p in others if p.about), now.about)
        return self._say("personas", name=now.name, about=now.about, others=told, example=example)

    async def become(self, sign: int, wish: Wish) -> Reply:
        """Be as somebody wishes (1), or not be so any more (-1)."""
        now, cast = self._me.persona(), self._me.cast
        if sign < 0:
            file = cast.files.get(now.id)
            if file is None or not set(wish.tempers) & set(file.tempers):
                return self._say("already")
            less = set(wish.tempers)
            left = [id_ for id_, f in cast.files.items() if not less & set(f.tempers)]
            id_ = next((each for each in _SOBER if each in left), DEFAULT)
        else:
            id_ = cast.fitting(wish, self._me.profile().talk)
        sex = wish.sex or self._me.sex
        if id_ == now.id and sex == self._me.sex:
            return self._say("already")
        became = await self._me.be(id_, sex, "it was asked to")
        return self._say("now", name=self._me.persona().name, about=became.about)

    @intent("HearthPersonaBack")
    async def back(self, request: Request) -> Reply:
        """Be who it was before."""
        was = await self._me.back()
        if was is None:
            return self._say("no_back")
        return self._say("back", name=was.name, about=was.about)

    @intent("HearthTalk")
    async def talk(self, request: Request) -> Reply:
        """Talk less or more."""
        level = self._me.profile().talk
        by = -1 if request.command.slots.get("change") == "less" else 1
        wanted = _LEVELS[min(2, max(0, _LEVELS.index(level) + by))]
        if wanted == level:
            return self._say("talk_end", level=level)
        await self._me.change(talk=wanted)
        return self._say("talk", level=wanted)

    @intent("HearthPace")
    async def pace(self, request: Request) -> Reply:
        """Speak slower, faster, or at the persona's own pace."""
        change = request.command.slots.get("change")
        pace = self._me.profile().pace
        if change == "usual":
            await self._me.change(pace=1.0)
            return self._say("usual_pace")
        wanted = pace / _STEP if change == "slower" else pace * _STEP
        if not _SLOWEST <= wanted <= _FASTEST:
            return self._say("pace_end")
        await self._me.change(pace=round(wanted, 3))
        return self._say("slower" if change == "slower" else "faster")

    @intent("HearthVoice")
    async def voice(self, request: Request) -> Reply:
        """Speak with another voice: a woman's, a man's, or the other of the two."""
        sex = str(request.command.slots.get("sex"))
        cast, now = self._me.cast, self._me.persona()
        file = cast.files.get(now.id)
        if file is None or file.voicing("female") is None or file.voicing("male") is None:
            others = [v for id_ in ("warm", "dry") if (p := cast.persona(id_)) and (v := p.voice)]
            if sex in ("female", "male") and (made := cast.persona("warm", sex)):
                others = [made.voice]
            wished = self._me.profile().voice
            voice = next((v for v in others if v != wished), "")
            await self._me.change(voice=voice)
            return self._say("voice")
        present = self._me.sex or file.sex
        wanted = sex if sex in ("female", "male") else "male" if present == "female" else "female"
        name = now.name  # who it is stays: only the voice is another
        await self._me.change(voice="")
        await self._me.be(now.id, wanted, "another voice")
        if self._me.persona().name != name:
            await self._me.rename(name, "another voice")
        return self._say("voice")

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Tell that it was changed at a terminal; offer to take on the newer version of its
        persona's file, while one waits."""
        latest = next(iter(await self._me.history()), None)
        if latest and latest.why.startswith(OUTSIDE) and moment.now < latest.time + _TOLD_FOR:
            until = latest.time + _TOLD_FOR
            text = self._phraser.phrase(
                "self.now", name=self._me.persona().name, about=latest.persona.about
            )
            key = f"{KIND}/now/{latest.time.isoformat(timespec='seconds')}"
            return (Want(key, KIND, text, until, weight=0.7, private=False),)
        new = self._me.waiting()
        if new is None:
            return ()
        text = self._phraser.phrase("self.new_version", version=new.version, about=new.about)
        key = f"{KIND}/{new.id}/{new.version}"
        question = Question(self._agreed)
        until = moment.now + _OFFERED_FOR
        return (Want(key, KIND, text, until, weight=0.6, private=False, question=question),)

    async def _agreed(self, answer: Answer) -> Reply | None:
        said = self._answers.yes(answer.words)
        if said in ("yes", "starts_yes"):
            await self._me.agree()
            return self._say("new_agreed")
        if said == "no":
            await self._me.decline()
            return self._say("new_declined")
        return None

    def _say(self, key: str, **values: object) -> Reply:
        return Reply(self._phraser.phrase(f"self.{key}", **values))
