"""A file of written dialogues in, imports with questions and their evidence out.

A file holds dialogues, each from "@ NAME, NAME" on: sessions from "== DATE TIME" on, turns
"NAME: words" or, where a question is about them, "NAME[tag]: words", and questions
"?CATEGORY tag,tag | question". Categories as in LoCoMo (Maharana et al., ACL 2024): 1 several
turns, 2 times, 3 open, 4 one turn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CATEGORIES = {1: "several turns", 2: "times", 3: "open", 4: "one turn"}

_TURN = re.compile(r"(?P<who>\w[\w ]*?)(?:\[(?P<tag>\w+)\])?: (?P<text>.*)")
_QUESTION = re.compile(r"\?(?P<category>\d) (?P<tags>[\w,]+) \| (?P<text>.*)")


@dataclass(frozen=True)
class Asked:
    """A question, its category, and the ids of the turns that answer it."""

    text: str
    category: int
    evidence: frozenset[str]


@dataclass
class Dialogue:
    """Turns as `hearth memory import` takes them, and questions about them."""

    speakers: tuple[str, ...]
    turns: list[dict[str, str]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def lines(self) -> list[str]:
        return [json.dumps(turn, ensure_ascii=False) for turn in self.turns]


def written(path: Path) -> list[Dialogue]:
    """Read a file of the project's own. Raises ValueError for a line that is none of these."""
    dialogues: list[Dialogue] = []
    tags: dict[str, str] = {}
    session = ""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        if line.startswith("@ "):
            dialogues.append(Dialogue(tuple(line[2:].split(", "))))
            tags = {}
        elif line.startswith("== "):
            session = line[3:]
        elif found := _QUESTION.fullmatch(line):
            evidence = frozenset(tags[tag] for tag in found["tags"].split(","))
            dialogues[-1].asked.append(Asked(found["text"], int(found["category"]), evidence))
        elif (found := _TURN.fullmatch(line)) and found["who"] in dialogues[-1].speakers:
            id_ = f"{len(dialogues)}:{len(dialogues[-1].turns) + 1}"
            if found["tag"]:
                if found["tag"] in tags:
                    raise ValueError(f"{path}, line {number}: the tag {found['tag']} twice")
                tags[found["tag"]] = id_
            dialogues[-1].turns.append(
                {
                    "id": id_,
                    "session": f"{len(dialogues)} {session}",
                    "time": session,
                    "speaker": found["who"],
                    "text": found["text"],
                }
            )
        else:
            raise ValueError(f"{path}, line {number}: {line[:40]!r}")
    return dialogues


def locomo(path: Path) -> list[Dialogue]:
    """Read a file of LoCoMo's form; its unanswerable questions are left out."""
    return [_locomo(each) for each in json.loads(path.read_text("utf-8"))]


def _locomo(data: Mapping[str, Any]) -> Dialogue:
    talk = data["conversation"]
    found = Dialogue((talk["speaker_a"], talk["speaker_b"]))
    number = 1
    while turns := talk.get(f"session_{number}"):
        time = talk[f"session_{number}_date_time"]
        for turn in turns:
            one = {"id": turn["dia_id"], "session": str(number), "time": time}
            found.turns.append({**one, "speaker": turn["speaker"], "text": turn["text"]})
        number += 1
    for each in data["qa"]:
        evidence = frozenset(
            id_ for told in each.get("evidence", ()) for id_ in re.findall(r"D\d+:\d+", told)
        )
        if each["category"] in CATEGORIES and evidence:
            found.asked.append(Asked(each["question"], each["category"], evidence))
    return found


def load(path: Path) -> list[Dialogue]:
    """Read a file of either form."""
    return locomo(path) if path.suffix == ".json" else written(path)


def mixed(dialogues: Sequence[Dialogue]) -> Iterator[Dialogue]:
    """Yield each dialogue among the sessions of the others, as if its two had said those as well:
    as long a memory, and as much beside the point, as that of a year."""
    for number, each in enumerate(dialogues):
        made = Dialogue(each.speakers, [], each.asked)
        for other, dialogue in enumerate(dialogues):
            names = dict(zip(dialogue.speakers, each.speakers, strict=True))
            if (number + other) % 2:
                names = dict(zip(dialogue.speakers, reversed(each.speakers), strict=True))
            for turn in dialogue.turns:
                if other == number:
                    made.turns.append(turn)
                    continue
                text = turn["text"]
                for was, name in names.items():
                    text = re.sub(rf"\b{was}\b", name, text)
                made.turns.append({**turn, "speaker": names[turn["speaker"]], "text": text})
        yield made
