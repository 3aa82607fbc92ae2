"""The way from JSON to the functions and back."""

import json
import unittest

import calls


class CallsTest(unittest.TestCase):
    def test_a_call_goes_from_json_to_json(self) -> None:
        for name, arguments, wanted in [
            ("add", {"date": "2024-01-31", "months": 1}, {"date": "2024-02-29"}),
            ("add_workdays", {"date": "2024-03-01", "workdays": 1}, {"date": "2024-03-04"}),
            (
                "difference",
                {"from": "2024-01-31", "to": "2024-03-01"},
                {"days": 30, "months": 1, "remaining_days": 1},
            ),
        ]:
            with self.subTest(name):
                self.assertEqual(json.loads(calls.call(name, json.dumps(arguments))), wanted)
        self.assertEqual(json.loads(calls.call("describe", '{"date":"2024-02-29"}'))["weekday"], "Thursday")

    def test_whoever_calls_wrongly_is_told_how(self) -> None:
        with self.assertRaises(calls.UnknownFunction):
            calls.call("subtract", "{}")
        for arguments, why in [
            ("", "the arguments are no JSON"),
            ("null", "the arguments are no object"),
            ("{}", "date is missing"),
            ('{"date":1}', "date must be a string"),
            ('{"date":"2024-02-30"}', "'2024-02-30' is no date"),
            ('{"date":"2024-02-29","days":1.5}', "days must be an integer"),
            ('{"date":"2024-02-29","days":true}', "days must be an integer"),
            ('{"date":"2024-02-29","weeks":1}', "weeks is no argument"),
            ('{"date":"2024-02-29","years":9000}', "the result lies outside"),
        ]:
            with self.subTest(arguments), self.assertRaisesRegex(calls.InvalidArguments, f"^{why}"):
                calls.call("add", arguments)

    def test_every_definition_can_be_called_and_has_schemas(self) -> None:
        for definition in calls.definitions():
            self.assertEqual(json.loads(definition["input_schema"])["type"], "object")
            self.assertEqual(json.loads(definition["output_schema"])["type"], "object")
            with self.assertRaises(calls.InvalidArguments):
                calls.call(definition["name"], "{}")
