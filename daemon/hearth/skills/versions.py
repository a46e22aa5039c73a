"""Another language model than before in, one question to the person out: shall it stay?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hearth.keep import Settings
from hearth.mind.answers import Answers
from hearth.mind.versions import KEY, Models
from hearth.port import Phraser
from hearth.skill import Answer, Question, Reply
from hearth.want import Moment, Want

KIND = "persona"
_OFFERED_FOR = timedelta(hours=12)


class NewModel:
    """Announces a new language model and asks for it; a no brings the old one back.

    ``models`` is what was kept at the start, ``configured`` the name in [brain] model.
    """

    def __init__(
        self, models: Models, configured: str, phraser: Phraser, answers: Answers, kept: Settings
    ) -> None:
        self._models, self._configured = models, configured
        self._phraser, self._answers, self._kept = phraser, answers, kept

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Offer the question while it is open; the first model of all is agreed to silently."""
        if not self._models.agreed:
            await self._keep(Models(self._configured))
        if not self._models.new(self._configured):
            return ()
        text = self._phraser.phrase(
            "self.new_model", new=_spoken(self._configured), old=_spoken(self._models.agreed)
        )
        return (
            Want(
                f"model/{self._configured}",
                KIND,
                text,
                moment.now + _OFFERED_FOR,
                weight=0.6,
                private=False,
                question=Question(self._answered),
            ),
        )

    async def _answered(self, answer: Answer) -> Reply | None:
        said = self._answers.yes(answer.words)
        old = self._models.agreed
        if said in ("yes", "starts_yes"):
            await self._keep(Models(self._configured))
            return Reply(self._phraser.phrase("self.model_kept"))
        if said == "no":
            await self._keep(Models(old, self._configured))
            return Reply(self._phraser.phrase("self.model_back", old=_spoken(old)))
        return None

    async def _keep(self, models: Models) -> None:
        await self._kept.put(KEY, models.kept())
        self._models = models


def _spoken(name: str) -> str:
    """Return a model's name without its path."""
    return name.rstrip("/").rpartition("/")[2]
