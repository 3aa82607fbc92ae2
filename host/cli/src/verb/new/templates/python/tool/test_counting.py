"""What the tool counts."""

import unittest

import counting


class CountingTest(unittest.TestCase):
    def test_words_and_lines_are_counted(self) -> None:
        for text, words, lines in [("", 0, 0), ("one", 1, 1), (" one  two\nthree\n", 3, 2), ("\n\n", 0, 2)]:
            with self.subTest(text):
                self.assertEqual(counting.count(text), {"words": words, "lines": lines})
