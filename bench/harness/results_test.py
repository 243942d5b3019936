"""Tests of the arithmetic, of the schedule's bound and of the targets."""
import pathlib
import tempfile
import unittest
import unittest.mock

from harness import apart
from harness.apart import core_mask
from harness.failure import Failure
from harness.plots import growth_series
from harness.results import figures, ratio, spread, summarise
from harness.scenarios import choose_scenarios, only_possible, read_scenario, scenario_names
from harness.schedule import Budget
from harness.targets import TARGETS, judge

FIGURE = "cpu_us_per_delivery"


def runs(*figures_):
    return [{"repetition": number, FIGURE: figure}
            for number, figure in enumerate(figures_) if figure is not None]


class RatioTest(unittest.TestCase):
    def test_divides_medians_and_spreads_over_repetitions(self):
        found = ratio(runs(8.0, 9.0, 20.0), runs(2.0, 3.0, 4.0), FIGURE)
        self.assertEqual(found, {"of_medians": 3.0, "min": 3.0, "max": 5.0})

    def test_leaves_out_repetitions_that_one_side_lacks(self):
        found = ratio(runs(8.0, None, 12.0), runs(2.0, 1.0, 2.0), FIGURE)
        self.assertEqual((found["min"], found["max"]), (4.0, 6.0))

    def test_is_nothing_without_a_common_repetition(self):
        self.assertIsNone(ratio(runs(8.0), runs(None, 2.0), FIGURE))


class FiguresTest(unittest.TestCase):
    def test_hold_median_and_extremes(self):
        self.assertEqual(spread([3, 1, 2]), {"median": 2, "min": 1, "max": 3})

    def test_leave_out_what_was_not_measured(self):
        self.assertEqual(figures(runs(2.0)), {FIGURE: {"median": 2.0, "min": 2.0, "max": 2.0}})
        self.assertEqual(figures(runs(0.0)), {}, "nothing was delivered")

    def test_are_summed_up_by_scenario(self):
        found = summarise({"s": {"crema": runs(2.0), "floor": runs(1.0), "node": []}},
                          {"s": {"figure": FIGURE, "base": "floor"}})
        self.assertEqual(found["s"]["crema"]["ratio"]["of_medians"], 2.0)
        self.assertEqual(set(found["s"]), {"crema", "floor"})


class TargetTest(unittest.TestCase):
    def test_is_judged_by_the_medians_of_one_run(self):
        both = {"crema": {FIGURE: {"median": 2.2}}, "floor": {FIGURE: {"median": 2.0}}}
        found = {target.text: (target, value)
                 for target, value in judge({"broadcast-1000": both})}
        target, value = found["broadcast to 1,000: CPU to floor"]
        self.assertAlmostEqual(value, 1.1)
        self.assertFalse(target.holds(1.2))
        self.assertTrue(target.holds(1.0))
        self.assertIsNone(found["broadcast to 10,000: CPU to floor"][1])

    def test_has_a_direction(self):
        times = next(target for target in TARGETS if target.at_least)
        self.assertTrue(times.holds(times.bound + 1))
        self.assertFalse(times.holds(times.bound - 1))


class ScenarioTest(unittest.TestCase):
    def test_all_files_are_whole(self):
        for name in scenario_names():
            scenario = read_scenario(name, False)
            self.assertIn(scenario["base"], scenario["contenders"], name)
            self.assertIn(scenario["server"], ("frappe", "library"), name)

    def test_the_short_form_leaves_out_what_has_none(self):
        self.assertLess(len(choose_scenarios(None, True)), len(choose_scenarios(None, False)))
        self.assertEqual(list(choose_scenarios(["rooms-of-1"], True)), ["rooms-of-1"])


class GrowthTest(unittest.TestCase):
    def test_points_are_in_the_order_of_their_numbers(self):
        one = {"crema": {FIGURE: {"median": 1.0}}}
        found = growth_series({"idle-1000": one, "idle-500": one, "other": one}, r"idle-(\d+)",
                              FIGURE)
        self.assertEqual(found, {"crema": [(500, 1.0), (1000, 1.0)]})


class ApartTest(unittest.TestCase):
    def test_the_mask_is_in_words_of_32_cores(self):
        self.assertEqual(core_mask({0, 1}), "3")
        self.assertEqual(core_mask({1, 33}), "2,2")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.paths = [pathlib.Path(folder.name) / name for name in ("flows", "count", "cores")]
        for path in self.paths:
            path.write_text("0\n")
        for name, value in (("TABLES", self.paths[:2]), ("CORES", self.paths[2])):
            patch = unittest.mock.patch.object(apart, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def held(self):
        return [path.read_text() for path in self.paths if path.exists()]

    def test_settings_are_put_back_when_the_run_fails(self):
        with self.assertRaises(KeyError), apart.ends_apart((1, 0)):
            self.assertEqual(self.held(), ["65536", "65536", "3"])
            self.assertTrue(apart.is_steered())
            raise KeyError
        self.assertEqual(self.held(), ["0\n"] * 3)
        self.assertFalse(apart.is_steered())

    def test_what_cannot_be_set_is_named_and_the_rest_put_back(self):
        self.paths[2].unlink()
        self.assertIn("cores", apart.why_not_apart((1, 0)))
        self.assertEqual(self.held(), ["0\n"] * 2)

    def test_scenarios_are_left_out_where_it_cannot_be_done(self):
        chosen = choose_scenarios(["growth-apart-1000", "rooms-of-1"], False)
        self.assertEqual(only_possible(chosen, (1, 0)), chosen)
        self.assertEqual(list(only_possible(chosen, (0, 0))), ["rooms-of-1"])
        with self.assertRaises(Failure):
            only_possible(choose_scenarios(["growth-apart-1000"], False), (0, 0))


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
