"""The way from JSON to the function and back."""

import json
import unittest

import calls


class CallsTest(unittest.TestCase):
    def test_a_call_goes_from_json_to_json(self) -> None:
        self.assertEqual(json.loads(calls.call("count", '{"text":"one two\\nthree"}')), {"words": 3, "lines": 2})

    def test_whoever_calls_wrongly_is_told_how(self) -> None:
        with self.assertRaises(calls.UnknownFunction):
            calls.call("counts", "{}")
        for arguments in ["", "{}", "null", '{"text":1}', '{"text":"","more":1}']:
            with self.subTest(arguments), self.assertRaises(calls.InvalidArguments):
                calls.call("count", arguments)

    def test_every_definition_can_be_called_and_has_schemas(self) -> None:
        for definition in calls.definitions():
            self.assertEqual(json.loads(definition["input_schema"])["type"], "object")
            self.assertEqual(json.loads(definition["output_schema"])["type"], "object")
            with self.assertRaises(calls.InvalidArguments):
                calls.call(definition["name"], "{}")
