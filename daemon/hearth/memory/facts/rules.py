"""What may follow a subject, as patterns, and the facts that they make.

A pattern is matched at the first word behind the subject; every word is followed by one blank, a
time is the word "@". ``{v}`` is the value: what is cut from there by ``cut``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from hearth.memory.facts.vocabulary import AILMENT, CONDITIONS, EVENTS, JOBS, MEDICINES, STATES

ADVERB = (
    r"(?:(?:really|also|just|absolutely|actually|always|still|quite|very|so|truly|totally|simply"
    r"|generally|usually|mostly|currently|now|already|kind of|both|all|too|extremely|highly"
    r"|severely|badly|mildly|particularly|especially|definitely|certainly|basically|recently|finally"
    r"|secretly|only|originally|even|do|does) )*"
)
BE = r"(?:am|is|are|'s|'m) "
HAVE = r"(?:(?:have|has|'s|'ve) (?:got )?|got )"
NOT = r"(?:do not |does not |never )"
_END = re.compile(
    r"^(?:@|,|because|but|so|when|while|if|that|which|who|whose|since|though|although|until|unless"
    r"|these|nowadays|currently|anymore|either|too|and (?:i|my|we|he|she|they|it|then|so|that)|or"
    r" (?:i|we)|except|just|as|than|even|every|or something|or anything|at the moment|right now"
    r"|though|lately|recently|and @|is|are|was|with (?:my|her|his)|after|before|where) "
)
_TRAILING = re.compile(
    r"(?:(?:^| )(?:too|so much|a lot|very much|really|as well|now|any more|anymore|at all|these days"
    r"|the most|more than anything|best|to bits|to pieces|so|and|or|of|for|with|on|at|in|to|from"
    r"|again|originally|all day|all the time|by the way|a bit|a little|though|honestly|to death|lol|haha))+ $"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, the relation that it makes, and what has to be true of its value.

    ``ends``: the fact holds no longer. ``timed``: it needs a time that is to come.
    """

    pattern: re.Pattern[str]
    relation: str
    fits: Callable[[str], bool] = bool
    ends: bool = False
    mine: bool = False
    most: int = 7


def cut(words: str, most: int) -> str:
    """Return the words of a value, without what follows or only closes it; each with its blank."""
    kept = ""
    rest = words
    for _ in range(most):
        word, blank, after = rest.partition(" ")
        if not blank or (_END.match(rest) and kept) or word in ("@", ",", "because", "when"):
            break
        kept += word + blank
        rest = after
    while (shorter := _TRAILING.sub(" ", kept).lstrip()) != kept and shorter.strip():
        kept = shorter
    return kept


_PRONOUNS = frozenset(
    [
        "it",
        "this",
        "that",
        "these",
        "those",
        "you",
        "him",
        "her",
        "them",
        "me",
        "us",
        "he",
        "she",
        "they",
        "to",
        "i",
        "we",
        "what",
        "how",
        "where",
        "who",
        "there",
        "one",
        "ones",
        "everything",
        "anything",
        "something",
        "nothing",
        "everyone",
        "someone",
        "everybody",
        "all",
        "both",
        "some",
        "any",
        "the",
        "idea",
        "your",
        "it's",
        "my",
    ]
)
_VAGUE = frozenset(["the", "a", "an", "your", "my", "our", "his", "their", "some", "any", "of"])


def _thing(value: str) -> bool:
    """Tell whether something is named, not only pointed at."""
    words = value.split()
    if not words or words[0] in _PRONOUNS - {"to", "my"}:
        return False
    if words[0] == "to":
        return len(words) > 1 and words[1] not in (
            "be",
            "have",
            "think",
            "see",
            "know",
            "you",
            "hear",
        )
    return any(word not in _VAGUE and word not in _PRONOUNS for word in words)


def _place(value: str) -> bool:
    words = value.split()
    if not words or words[0] in _PRONOUNS - {"my"}:
        return False
    return words[0] not in frozenset(
        [
            "fear",
            "peace",
            "hope",
            "the",
            "present",
            "luxury",
            "sin",
            "general",
            "case",
            "time",
            "front",
            "bed",
            "pain",
            "trouble",
            "hell",
            "love",
            "work",
            "school",
            "home",
            "town",
            "hospital",
            "past",
            "moment",
            "past",
            "future",
            "way",
            "here",
            "order",
            "particular",
            "shape",
            "progress",
        ]
    ) or (
        value.startswith("the ")
        and len(words) > 1
        and words[1]
        not in (
            "moment",
            "past",
            "present",
            "future",
            "way",
            "middle",
            "same",
            "end",
            "mood",
            "dark",
            "know",
        )
    )


def _job(value: str) -> bool:
    """Tell whether an occupation is named, perhaps with words before it."""
    words = value.split()
    kinds = ("ist", "ologist", "ician", "grapher", "smith", "wright")
    heads = [w for w in words[:4] if w in JOBS or (len(w) > 6 and w.endswith(kinds))]
    return bool(heads) and words[0] not in ("good", "bad", "great", "terrible", "big", "huge")


def _ailment(value: str) -> bool:
    words = value.split()
    return bool(AILMENT.match(value)) or any(word in CONDITIONS for word in words[:4])


def _medicine(value: str) -> bool:
    return any(
        word in MEDICINES or word.endswith(("cillin", "pril", "statin", "olol", "formin"))
        for word in value.split()[:5]
    )


def _event(value: str) -> bool:
    return any(word in EVENTS for word in value.split()[:5])


def _age(value: str) -> bool:
    return bool(re.fullmatch(r"(?:\d{1,3}|[a-z]+(?:[- ][a-z]+)?) ?", value))


def _person_or_place(value: str) -> bool:
    return _place(value)


_LIKE = r"(?:like|likes|love|loves|enjoy|enjoys|adore|adores)"
_NUMBER = (
    r"(?:\d{1,3}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four"
    r"|five|six|seven|eight|nine))?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
)
_SPORT = (
    r"(?:(?:the|a) )?(?:piano|guitar|violin|cello|drums|flute|clarinet|trumpet|saxophone|sax|harp|bass"
    r"|keyboard|ukulele|accordion|organ|banjo|recorder|oboe|trombone|viola|football|soccer|tennis"
    r"|chess|badminton|basketball|volleyball|hockey|rugby|cricket|golf|squash|baseball|softball"
    r"|handball|table tennis|ping pong|poker|bridge|darts|snooker|pool|lacrosse|dungeons and dragons"
    r"|video games|board games|bass guitar|double bass|french horn)"
)
_TONGUE = (
    r"(?:english|german|french|spanish|italian|portuguese|dutch|russian|polish|turkish|arabic|hindi"
    r"|urdu|bengali|mandarin|cantonese|chinese|japanese|korean|swedish|norwegian|danish|finnish|greek"
    r"|hebrew|welsh|irish|gaelic|catalan|czech|hungarian|romanian|ukrainian|punjabi|tamil|swahili"
    r"|persian|farsi|vietnamese|thai|latin|esperanto|sign language)"
)


def _rule(
    pattern: str, relation: str, fits: Callable[[str], bool] = bool, **more: bool | int
) -> Rule:
    value = r"(?P<v>.+)"
    sugar = {
        "{v}": value,
        "{be}": BE,
        "{have}": HAVE,
        "{adv}": ADVERB,
        "{not}": NOT,
        "{like}": _LIKE,
    }
    for short, long in sugar.items():
        pattern = pattern.replace(short, long)
    return Rule(re.compile(f"^{pattern}"), relation, fits, **more)  # type: ignore[arg-type]  # by name


RULES: tuple[Rule, ...] = (
    # what no longer is so
    _rule(r"(?:do not|does not|no longer) (?:live|lives) in {v}", "lives_in", _place, ends=True),
    _rule(r"(?:do not|does not|no longer) (?:work|works) (?:at|for) {v}", "works_at", _place, ends=True),
    _rule(r"(?:have |has )?(?:quit|left|lost) (?P<v>my|our|his|her) (?:old )?job", "works_at", ends=True),
    # tastes
    _rule(r"{adv}(?:can not|could not) (?:stand|bear) {v}", "dislikes", _thing),
    _rule(r"{adv}(?:hate|hates|dislike|dislikes|detest|detests|despise|despises|loathe|loathes) {v}", "dislikes", _thing),
    _rule(r"{adv}{not}(?:really |particularly |even |much )?{like} {v}", "dislikes", _thing),
    _rule(r"{be}not (?:really |much )?(?:fond of|into|keen on|(?:a )?(?:big |huge )?fan of) {v}", "dislikes", _thing),
    _rule(r"{be}{adv}(?:fond of|into|keen on|crazy about|mad about|passionate about|(?:a )?(?:big |huge |massive )?(?:fan|lover) of) {v}", "likes", _thing),
    _rule(r"{adv}{like} {v}", "likes", _thing),
    _rule(r"{adv}(?:prefer|prefers) {v}", "prefers", _thing),
    # health
    _rule(r"{be}{adv}allergic to {v}", "allergy", _thing),
    _rule(r"{have}(?:a |an )?(?:really |very |bad |severe |mild |terrible )*(?P<v>[a-z ]+?) (?:allergy|allergies)", "allergy", _thing),
    _rule(r"{be}{adv}(?P<v>[a-z]+ intolerant)\b", "health"),
    _rule(r"(?:have |has |had |was |were |am |is |got |just |recently |been |have been |has been |'s been |'ve been )*diagnosed with {v}", "health", _thing),
    _rule(r"{adv}(?:suffer|suffers) from {v}", "health", _thing),
    _rule(r"{have}{adv}{v}", "health", _ailment),
    _rule(r"{adv}(?:take|takes|{be}taking|{be}on|have to take|has to take|need to take|needs to take) {v}", "medicine", _medicine),
    _rule(r"{be}{adv}(?:a |an )?(?P<v>" + "|".join(STATES) + r")(?: |$)(?!(?:of|to|about|with|in) )", "state"),
    _rule(r"{not}(?:eat|eats|drink|drinks) {v}", "avoids", _thing),
    _rule(r"can not eat {v}", "avoids", _thing),
    # work and school
    _rule(r"{adv}(?:work|works|{be}working|worked) as (?:a |an )?{v}", "works_as", _thing),
    _rule(r"{adv}(?:work|works|{be}working) (?:at|for) {v}", "works_at", _place),
    _rule(r"{adv}(?:work|works|{be}working) in {v}", "works_in", _place),
    _rule(r"(?:have |has |just |'ve |'s )*got (?:a |an )(?:new )?job (?:as|at|with) (?:a |an )?{v}", "works_at", _place),
    _rule(r"{be}{adv}(?:a |an |the |training to be a |training as a )(?P<v>.+)", "works_as", _job),
    _rule(r"{adv}(?:study|studies|{be}studying|am reading) {v}", "studies", _thing),
    _rule(r"{adv}(?:teach|teaches) {v}", "teaches", _thing),
    # home
    _rule(r"{adv}(?:live|lives|{be}living|reside|resides) (?:in|near|on|at|with) {v}", "lives_in", _place),
    _rule(r"(?:have |has |just |'ve |'s |recently |finally )*moved (?:back )?(?:to|into|in with) {v}", "lives_in", _place),
    _rule(r"(?:was |were )?(?:born|born and raised) in {v}", "born_in", _place),
    _rule(r"(?:grew up|was raised) (?:in|on) {v}", "grew_up_in", _place),
    _rule(r"{be}{adv}from {v}", "from", _place),
    _rule(r"{adv}(?:come|comes) (?:originally )?from {v}", "from", _place),
    # what one has and does
    _rule(r"{adv}(?:drive|drives|ride|rides) (?P<v>(?:a|an|my|an old|two) .+)", "drives", _thing),
    _rule(r"{adv}(?:own|owns) {v}", "owns", _thing),
    _rule(r"(?:have |has |just |'ve |recently |finally )*bought (?P<v>(?:a|an|some|two|our|my) .+)", "owns", _thing),
    _rule(r"{adv}(?:play|plays) (?P<v>" + _SPORT + r")(?= |$)", "plays"),
    _rule(r"{adv}(?:sing|sings) in (?P<v>(?:a|the|my) .+)", "hobby", _thing),
    _rule(r"{adv}(?:collect|collects|volunteer at|volunteers at) {v}", "hobby", _thing),
    _rule(r"{adv}(?:speak|speaks) (?:fluent |a little |a bit of |some )?(?P<v>" + _TONGUE + r"(?: (?:and|,) " + _TONGUE + r")*)", "speaks"),
    # age and the like
    _rule(r"(?:{be}|just turned |turned |have turned |'ve turned )(?P<v>" + _NUMBER + r")(?: years old| years of age)? (?=$|,|and |now |today |already |this |@ $)", "age", _age),
    _rule(r"{be}(?P<v>" + _NUMBER + r") (?:years|months|weeks) old ", "age", _age),
)  # fmt: skip
