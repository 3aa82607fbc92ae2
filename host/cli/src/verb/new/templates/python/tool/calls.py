"""Which functions there are, and the way from JSON to Python and back."""

import json

import counting


class UnknownFunction(Exception):
    """There is no function of this name."""


class InvalidArguments(Exception):
    """The arguments do not fit the function's schema."""


def definitions() -> list[dict[str, str]]:
    """Every function, with the schemas of its arguments and its result."""
    return [
        {
            "name": "count",
            "description": "Counts the words and lines of a text.",
            "input_schema": json.dumps(
                {
                    "type": "object",
                    "properties": {"text": {"type": "string", "description": "What to count in."}},
                    "required": ["text"],
                    "additionalProperties": False,
                }
            ),
            "output_schema": json.dumps(
                {
                    "type": "object",
                    "properties": {"words": {"type": "integer"}, "lines": {"type": "integer"}},
                    "required": ["words", "lines"],
                    "additionalProperties": False,
                }
            ),
        }
    ]


def call(name: str, arguments: str) -> str:
    """Calls a function by its name."""
    if name != "count":
        raise UnknownFunction(f"there is no function {name}")
    return json.dumps(counting.count(read(arguments)["text"]))


def read(arguments: str) -> dict[str, str]:
    """The arguments of `count`."""
    try:
        value = json.loads(arguments)
    except ValueError as error:
        raise InvalidArguments(f"the arguments are no JSON: {error}") from None
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise InvalidArguments("text must be a string")
    for key in value:
        if key != "text":
            raise InvalidArguments(f"{key} is no argument")
    return value
