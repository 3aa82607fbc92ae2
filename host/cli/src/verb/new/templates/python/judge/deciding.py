"""How this judge decides, without any host around it."""

import json
from dataclasses import dataclass


class InvalidCriterion(Exception):
    """The criterion is not of the shape that this judge reads."""


@dataclass
class End:
    """An event that ends the trial: the subject's answer, or why there is none."""

    index: int
    answered: bool
    text: str


@dataclass
class Decision:
    """How far the criterion is met, from 0 to 1; None where the trial does not show enough."""

    score: float | None
    reason: str
    evidence: list[int]


def parse(criterion: str) -> str:
    """Reads `answer_contains`, a text that the subject's answer has to contain."""
    try:
        value = json.loads(criterion)
    except ValueError as error:
        raise InvalidCriterion(f"the criterion is no JSON: {error}") from None
    if not isinstance(value, dict) or not isinstance(value.get("answer_contains"), str):
        raise InvalidCriterion("answer_contains must be a string")
    for key in value:
        if key != "answer_contains":
            raise InvalidCriterion(f"{key} is no key of the criterion")
    return value["answer_contains"]


def decide(wanted: str, ends: list[End]) -> Decision:
    """1 where the answer contains the wanted text, otherwise 0; no decision where the trial shows no end."""
    if not ends:
        return Decision(None, "the trial shows no end", [])
    end = ends[-1]
    if not end.answered:
        return Decision(0.0, f"the subject ended without an answer: {end.text}", [end.index])
    if wanted in end.text:
        return Decision(1.0, f"the answer contains {wanted!r}", [end.index])
    return Decision(0.0, f"the answer does not contain {wanted!r}", [end.index])
