"""What kind of sentence it is: acts, topics, feelings, tense, by classes of words."""

from __future__ import annotations

import pytest

from hearth import sentences
from hearth.mind.written.reading import Reader
from hearth.mind.written.sums import Sums

TABLE = sentences.load("en").table("conversation")
READER = Reader(TABLE)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Who are you?", "who"),
        ("what are you exactly", "who"),
        ("So am I talking to a real person here?", "real"),
        ("are you a robot or a human", "real"),
        ("do you actually have feelings", "feelings"),
        ("are you conscious", "alive"),
        ("Are you always listening?", "listens"),
        ("can anyone else hear me", "listens"),
        ("what happens with my data", "data"),
        ("do you send my recordings to google", "data"),
        ("can you see me right now", "sees"),
        ("do you love me", "loves"),
        ("bye", "goodbye"),
        ("okay I have to go now", "goodbye"),
        ("thanks Hearth, see you tomorrow", "goodbye"),
        ("I'm going to bed", "goodnight"),
        ("Good night!", "goodnight"),
        ("good morning", "goodmorning"),
        ("hi there", "greeting"),
        ("how are you doing today", "how_are_you"),
        ("Thank you for listening.", "thanks_listening"),
        ("thanks a lot", "thanks"),
        ("you are so kind", "compliment"),
        ("you're an idiot", "insult"),
        ("tell me a joke please", "joke"),
        ("I'm bored", "bored"),
        ("just listen to me", "listen_to_me"),
        ("I don't want to talk about it", "quiet"),
        ("do you remember what I told you about my sister", "memory"),
        ("what do you think about marriage", "opinion"),
        ("do you like jazz", "opinion"),
        ("what should I do about my neighbour", "advice"),
        ("am I a bad mother", "am_i"),
        ("who wrote the odyssey", "world"),
        ("how tall is the eiffel tower", "world"),
        ("book a table for two tonight", "cannot"),
        ("order me a pizza", "cannot"),
        ("will it rain tomorrow", "news"),
        ("not really", "no"),
        ("yeah", "yes"),
        ("I don't know", "dont_know"),
        ("I had a fight with my brother", "statement"),
        ("I have to go to the dentist tomorrow", "statement"),
        ("Thanks to my sister I got home", "statement"),
        ("My dog died. I miss him. What should I do?", "advice"),
        ("nobody talks to me any more", "statement"),
    ],
)
def test_acts(text: str, act: str) -> None:
    assert READER.read(text, ("Hearth",)).act == act


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("I am so happy today", "happy"),
        ("I'm not happy", "sad"),
        ("I'm not worried at all", ""),
        ("my boss was angry", ""),
        ("I'm really nervous about tomorrow", "anxious"),
        ("my brother lied to me", "angry"),
        ("I feel so alone", "lonely"),
        ("I'm exhausted", "tired"),
        ("the table is brown", ""),
    ],
)
def test_feelings_are_the_persons_own(text: str, feeling: str) -> None:
    assert READER.feeling(READER.plain.words(text)) == feeling


def test_who_and_when_and_what_it_is_about() -> None:
    read = READER.read("My little sister has an exam tomorrow")
    assert (read.about, read.tense, read.topic) == ("sister", "future", "exam")


def test_a_few_words_after_a_question_are_its_answer() -> None:
    assert READER.read("the red one", asked=True).act == "answer"
    assert READER.read("the red one").act == "unclear"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("what's two plus two", "4"),
        ("how much is fifteen percent of two hundred", "30"),
        ("12 times 12", "144"),
        ("what is three hundred and five minus 6", "299"),
        ("what is ten divided by four", "2.5"),
        ("what is ten divided by zero", ""),
        ("what is the capital of france", ""),
        ("my two plus points", ""),
    ],
)
def test_sums_are_worked_out_and_nothing_else_is(text: str, result: str) -> None:
    assert Sums(TABLE["sums"], "en").result(READER.plain.core(text)) == result
