"""Tests of the arithmetic and of the schedule's bound."""
import unittest

from harness.results import ratio, spread
from harness.schedule import Budget


def runs(*figures):
    return [{"repetition": number, "cpu_us_per_delivery": figure}
            for number, figure in enumerate(figures) if figure is not None]


class RatioTest(unittest.TestCase):
    def test_divides_medians_and_spreads_over_repetitions(self):
        found = ratio(runs(8.0, 9.0, 20.0), runs(2.0, 3.0, 4.0))
        self.assertEqual(found, {"of_medians": 3.0, "min": 3.0, "max": 5.0})

    def test_leaves_out_repetitions_that_one_side_lacks(self):
        found = ratio(runs(8.0, None, 12.0), runs(2.0, 1.0, 2.0))
        self.assertEqual((found["min"], found["max"]), (4.0, 6.0))

    def test_is_nothing_without_a_common_repetition(self):
        self.assertIsNone(ratio(runs(8.0), runs(None, 2.0)))


class SpreadTest(unittest.TestCase):
    def test_holds_median_and_extremes(self):
        self.assertEqual(spread([3, 1, 2]), {"median": 2, "min": 1, "max": 3})


class BudgetTest(unittest.TestCase):
    def test_allows_the_first_repetition_always(self):
        self.assertTrue(Budget(0).allows_another())

    def test_refuses_what_would_not_fit(self):
        budget = Budget(100)
        budget.allows_another()
        budget.started -= 60
        self.assertFalse(budget.allows_another())

    def test_allows_what_fits(self):
        budget = Budget(100)
        budget.allows_another()
        budget.started -= 30
        self.assertTrue(budget.allows_another())


if __name__ == "__main__":
    unittest.main()
