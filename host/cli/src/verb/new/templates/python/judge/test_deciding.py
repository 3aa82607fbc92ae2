"""What the judge makes of a trial."""

import unittest

from deciding import End, InvalidCriterion, decide, parse


class DecidingTest(unittest.TestCase):
    def decided(self, *ends: End) -> tuple[float | None, list[int]]:
        decision = decide(parse('{"answer_contains":"done"}'), list(ends))
        return decision.score, decision.evidence

    def test_the_answer_decides(self) -> None:
        self.assertEqual(self.decided(End(3, True, "all done")), (1.0, [3]))
        self.assertEqual(self.decided(End(3, True, "not yet")), (0.0, [3]))

    def test_no_answer_is_no_success_and_no_end_is_no_decision(self) -> None:
        self.assertEqual(self.decided(End(0, False, "a limit: done")), (0.0, [0]))
        self.assertEqual(self.decided(), (None, []))

    def test_a_criterion_of_another_shape_is_refused(self) -> None:
        for criterion in ["", "{}", "null", '{"answer_contains":1}', '{"answer_contains":"","more":1}']:
            with self.subTest(criterion), self.assertRaises(InvalidCriterion):
                parse(criterion)
