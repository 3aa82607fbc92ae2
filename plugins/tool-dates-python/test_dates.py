"""The calendar's arithmetic."""

import unittest
from datetime import date, timedelta

import dates


class DatesTest(unittest.TestCase):
    def test_a_month_too_short_gives_its_last_day(self) -> None:
        for start, spans, wanted in [
            ("2024-01-31", {"months": 1}, "2024-02-29"),
            ("2023-01-31", {"months": 1}, "2023-02-28"),
            ("2024-02-29", {"years": 1}, "2025-02-28"),
            ("2024-03-31", {"months": -1}, "2024-02-29"),
            ("2024-01-31", {"months": 1, "days": 1}, "2024-03-01"),
            ("2024-12-31", {"days": 1}, "2025-01-01"),
            ("2024-01-15", {"months": -13}, "2022-12-15"),
        ]:
            with self.subTest(start=start, **spans):
                self.assertEqual(dates.add(dates.parse(start), **spans).isoformat(), wanted)

    def test_the_calendar_has_ends(self) -> None:
        for spans in [{"years": 9000}, {"months": -30000}, {"days": 10**8}, {"days": -(10**12)}]:
            with self.subTest(**spans), self.assertRaises(dates.DateError):
                dates.add(date(2024, 1, 1), **spans)

    def test_workdays_agree_with_counting_day_by_day(self) -> None:
        for offset in range(14):
            start = date(2024, 2, 20) + timedelta(days=offset)
            for workdays in range(-23, 24):
                with self.subTest(start=start, workdays=workdays):
                    self.assertEqual(dates.add_workdays(start, workdays), counted(start, workdays))

    def test_a_difference_leads_back_to_the_second_date(self) -> None:
        first = date(2023, 12, 28)
        for start in (first + timedelta(days=n) for n in range(70)):
            for end in (first + timedelta(days=n) for n in range(0, 430, 7)):
                with self.subTest(start=start, end=end):
                    found = dates.difference(start, end)
                    self.assertEqual(start + timedelta(days=found["days"]), end)
                    self.assertEqual(dates.add(start, months=found["months"], days=found["remaining_days"]), end)
                    self.assertLess(abs(found["remaining_days"]), 31)

    def test_a_date_is_described(self) -> None:
        self.assertEqual(
            dates.describe(date(2024, 12, 30)),
            {
                "weekday": "Monday",
                "iso_week": "2025-W01",
                "day_of_year": 365,
                "last_day_of_month": 31,
                "leap_year": True,
            },
        )

    def test_what_is_no_date_is_refused(self) -> None:
        for text in ["", "2023-02-29", "20240101", "2024-W01-1", "2024-1-1", "01/02/2024", "2024-01-01T00:00"]:
            with self.subTest(text), self.assertRaises(dates.DateError):
                dates.parse(text)


def counted(day: date, workdays: int) -> date:
    """The slow way."""
    step = timedelta(days=1 if workdays > 0 else -1)
    left = abs(workdays)
    while left:
        day += step
        left -= day.weekday() < 5
    return day
