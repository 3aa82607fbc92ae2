"""Dates of the proleptic Gregorian calendar, from year 1 to 9999."""

import calendar
from datetime import date, timedelta


class DateError(Exception):
    """What was asked for is no date, or lies outside of the calendar."""


def parse(text: str) -> date:
    """A date as `YYYY-MM-DD`; the calendar's other ISO 8601 forms are refused, because models mix them up."""
    try:
        parsed = date.fromisoformat(text)
    except ValueError:
        raise DateError(f"{text!r} is no date like 2024-02-29") from None
    if parsed.isoformat() != text:
        raise DateError(f"{text!r} is no date like 2024-02-29")
    return parsed


def add_months(start: date, months: int) -> date:
    """The same day in another month, or that month's last day where it is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise DateError("the result lies outside of the years 1 to 9999")
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def add_days(start: date, days: int) -> date:
    """So many days later; earlier where negative."""
    try:
        return start + timedelta(days=days)
    except OverflowError:
        raise DateError("the result lies outside of the years 1 to 9999") from None


def add(start: date, years: int = 0, months: int = 0, days: int = 0) -> date:
    """Years and months first, then days."""
    return add_days(add_months(start, years * 12 + months), days)


def add_workdays(start: date, workdays: int) -> date:
    """So many days from Monday to Friday later; earlier where negative. Knows of no holidays."""
    step = 1 if workdays > 0 else -1
    weeks, left = divmod(abs(workdays), 5)
    day = start
    # Off a weekend first, so that whole weeks keep the day of the week; that costs no workday in walking direction.
    while workdays and day.weekday() > 4:
        day = add_days(day, -step)
    day = add_days(day, step * weeks * 7)
    while left:
        day = add_days(day, step)
        left -= day.weekday() < 5
    return day


def difference(start: date, end: date) -> dict[str, int]:
    """What leads from one date to another, in days and in whole months with the days that are left."""
    months = (end.year - start.year) * 12 + end.month - start.month
    # Of the whole months none may overshoot; the walk is at most one step.
    if start <= end and add_months(start, months) > end:
        months -= 1
    elif start > end and add_months(start, months) < end:
        months += 1
    left = (end - add_months(start, months)).days
    return {"days": (end - start).days, "months": months, "remaining_days": left}


def describe(day: date) -> dict[str, object]:
    """Where a date stands in its week, month and year."""
    iso = day.isocalendar()
    return {
        "weekday": calendar.day_name[day.weekday()],
        "iso_week": f"{iso.year:04}-W{iso.week:02}",
        "day_of_year": day.timetuple().tm_yday,
        "last_day_of_month": calendar.monthrange(day.year, day.month)[1],
        "leap_year": calendar.isleap(day.year),
    }
