"""Which functions there are, and the way from JSON to Python and back."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dates

DATE = {"type": "string", "format": "date", "description": "YYYY-MM-DD"}
INTEGER = {"type": "integer"}


class UnknownFunction(Exception):
    """There is no function of this name."""


class InvalidArguments(Exception):
    """The arguments do not fit the function's schema."""


@dataclass(frozen=True)
class Function:
    """One function; it gets its arguments by name, dates as such."""

    description: str
    arguments: dict[str, dict[str, Any]]
    required: list[str]
    result: dict[str, dict[str, Any]]
    run: Callable[..., dict[str, Any]]


FUNCTIONS = {
    "add": Function(
        "Adds years and months, then days, to a date; any of them may be negative. A day that a month does not have "
        "becomes its last.",
        {"date": DATE, "years": INTEGER, "months": INTEGER, "days": INTEGER},
        ["date"],
        {"date": DATE},
        lambda date, **spans: {"date": dates.add(date, **spans).isoformat()},
    ),
    "add_workdays": Function(
        "Moves a date by days from Monday to Friday; negative moves back. Knows of no holidays.",
        {"date": DATE, "workdays": INTEGER},
        ["date", "workdays"],
        {"date": DATE},
        lambda date, workdays: {"date": dates.add_workdays(date, workdays).isoformat()},
    ),
    "difference": Function(
        "Counts the days from one date to another, and the whole months with the days that remain; negative where "
        "the second comes first.",
        {"from": DATE, "to": DATE},
        ["from", "to"],
        {"days": INTEGER, "months": INTEGER, "remaining_days": INTEGER},
        lambda **ends: dates.difference(ends["from"], ends["to"]),
    ),
    "describe": Function(
        "Names the day of the week of a date, its ISO week, its number in the year, and whether that is a leap year.",
        {"date": DATE},
        ["date"],
        {
            "weekday": {"type": "string"},
            "iso_week": {"type": "string"},
            "day_of_year": INTEGER,
            "last_day_of_month": INTEGER,
            "leap_year": {"type": "boolean"},
        },
        lambda date: dates.describe(date),
    ),
}


def definitions() -> list[dict[str, str]]:
    """Every function, with the schemas of its arguments and its result."""
    return [
        {
            "name": name,
            "description": function.description,
            "input_schema": schema(function.arguments, function.required),
            "output_schema": schema(function.result, list(function.result)),
        }
        for name, function in FUNCTIONS.items()
    ]


def call(name: str, arguments: str) -> str:
    """Calls a function by its name."""
    function = FUNCTIONS.get(name)
    if function is None:
        raise UnknownFunction(f"there is no function {name}")
    try:
        return json.dumps(function.run(**read(arguments, function)))
    except dates.DateError as error:
        raise InvalidArguments(str(error)) from None


def schema(properties: dict[str, dict[str, Any]], required: list[str]) -> str:
    """The schema of an object with these members and no others."""
    return json.dumps(
        {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    )


def read(arguments: str, function: Function) -> dict[str, Any]:
    """The arguments by name."""
    try:
        value = json.loads(arguments)
    except ValueError as error:
        raise InvalidArguments(f"the arguments are no JSON: {error}") from None
    if not isinstance(value, dict):
        raise InvalidArguments("the arguments are no object")
    for key in function.required:
        if key not in value:
            raise InvalidArguments(f"{key} is missing")
    return {key: argument(key, member, function) for key, member in value.items()}


def argument(key: str, value: Any, function: Function) -> Any:
    """One argument as the function takes it."""
    wanted = function.arguments.get(key)
    if wanted is None:
        raise InvalidArguments(f"{key} is no argument")
    if wanted is DATE:
        if not isinstance(value, str):
            raise InvalidArguments(f"{key} must be a string")
        return dates.parse(value)
    # True and False are integers to Python and not to JSON.
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidArguments(f"{key} must be an integer")
    return value
