"""tools/layers.py refuses what a layer may not include, and says why."""

import unittest

import tool_test
import layers

BASE = "crema_layer(base RANK 0 COLUMN shared LIBS fmt)\n"
JSON = "crema_layer(json RANK 1 COLUMN protocol USES base LIBS boost_json)\n"
NET = "crema_layer(net RANK 2 COLUMN io USES base LIBS asio)\n"
SERVER = "crema_layer(server RANK 4 COLUMN io USES json net)\n"
TOP = "foreach(layer IN ITEMS base json net server)\n"


class LayersTest(tool_test.ToolTest):
    def layered(self, files):
        return self.tree({
            "CMakeLists.txt": TOP,
            "crema/base/CMakeLists.txt": BASE,
            "crema/json/CMakeLists.txt": JSON,
            "crema/net/CMakeLists.txt": NET,
            "crema/server/CMakeLists.txt": SERVER,
            **files,
        })

    def problems(self, files):
        return layers.run(self.layered(files), None)[0]

    def assert_refused(self, path, source, expected):
        problems = self.problems({path: source})
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(expected, problems[0])
        self.assertTrue(problems[0].startswith(f"{path}:1: "), problems[0])

    def assert_allowed(self, path, source):
        self.assertEqual(self.problems({path: source}), [])


class IncludesTest(LayersTest):
    def test_allows_itself_and_what_it_uses(self):
        self.assert_allowed("crema/server/a.cc",
                            '#include "crema/server/a.h"\n#include "crema/net/b.h"\n')

    def test_refuses_a_layer_that_is_not_in_uses(self):
        self.assert_refused("crema/server/a.cc", '#include "crema/base/a.h"\n',
                            "server may not include base (USES json net)")

    def test_refuses_a_layer_above(self):
        self.assert_refused("crema/base/a.h", '#  include "crema/server/a.h"\n',
                            "base may not include server")

    def test_refuses_it_in_a_test_too(self):
        self.assert_refused("crema/json/a_test.cc", '#include "crema/net/a.h"\n',
                            "json may not include net")

    def test_refuses_an_include_that_is_not_from_the_root(self):
        self.assert_refused("crema/json/a.cc", '#include "a.h"\n', "not written from the root")

    def test_ignores_comments_and_strings(self):
        self.assert_allowed("crema/json/a.cc", '// #include "crema/net/a.h"\n'
                            'const char* text = R"(\n#include "crema/net/a.h"\n)";\n')


class LibrariesTest(LayersTest):
    def test_allows_a_library_in_libs(self):
        self.assert_allowed("crema/net/a.h", "#include <boost/asio/io_context.hpp>\n")

    def test_refuses_a_library_that_is_not_in_libs(self):
        self.assert_refused("crema/server/a.h", "#include <boost/asio/io_context.hpp>\n",
                            "is asio's, which is not in LIBS (none)")
        self.assert_refused("crema/net/a.h", "#include <boost/json.hpp>\n", "boost_json's")
        self.assert_refused("crema/net/a.h", "#include <fmt/format.h>\n", "fmt's")
        self.assert_refused("crema/net/a.h", "#include <zlib.h>\n", "zlib's")

    def test_a_boost_library_brings_the_rest_of_boost(self):
        self.assert_allowed("crema/net/a.h", "#include <boost/system/error_code.hpp>\n")
        self.assert_refused("crema/base/a.h", "#include <boost/uuid/sha1.hpp>\n", "boost's")

    def test_keeps_gtest_in_tests(self):
        self.assert_allowed("crema/json/a_test.cc", "#include <gtest/gtest.h>\n")
        self.assert_allowed("crema/json/a_for_test.h", "#include <gtest/gtest.h>\n")
        self.assert_refused("crema/net/a.cc", "#include <gmock/gmock.h>\n", "outside a _test.cc")


class ColumnsTest(LayersTest):
    def test_protocol_knows_no_threads_and_no_system(self):
        self.assert_refused("crema/json/a.h", "#include <thread>\n", "in the protocol column")
        self.assert_refused("crema/json/a_test.cc", "#include <mutex>\n", "in the protocol column")
        self.assert_refused("crema/json/a.h", "#include <unistd.h>\n", "in the protocol column")
        self.assert_refused("crema/json/a.cc", "#include <iostream>\n", "in the protocol column")

    def test_protocol_reads_no_clock(self):
        self.assert_refused("crema/json/a.cc", "auto t = std::chrono::steady_clock::now();\n",
                            "reads a clock")
        self.assert_refused("crema/json/a.cc", "auto t = base::steady_now();\n", "the clock")
        self.assert_allowed("crema/json/a.cc", "#include <chrono>\nvoid f(TimePoint now);\n")

    def test_protocol_awaits_nothing_and_logs_nothing(self):
        self.assert_refused("crema/json/a.cc", "auto f() { co_return; }\n", "is a coroutine")
        self.assert_refused("crema/json/a.cc", '#include "crema/base/log.h"\n', "does not log")

    def test_the_io_column_may(self):
        self.assert_allowed("crema/net/a.cc", "#include <thread>\n#include <sys/socket.h>\n"
                            "auto t = std::chrono::steady_clock::now();\n")

    def test_descriptors_belong_to_net(self):
        self.assert_refused("crema/server/a.cc", "#include <sys/socket.h>\n",
                            "descriptors belong to net/")
        self.assert_allowed("crema/server/peer_for_test.h", "#include <sys/socket.h>\n")


class DeclarationsTest(LayersTest):
    def declared(self, line):
        problems = self.problems({"crema/json/CMakeLists.txt": line})
        self.assertEqual(len(problems), 1, problems)
        return problems[0]

    def test_refuses_a_use_of_the_same_or_a_higher_rank(self):
        self.assertIn("may only look down", self.declared(
            "crema_layer(json RANK 1 COLUMN io USES net)\n"))

    def test_refuses_a_cycle(self):
        problems = self.problems({
            "crema/base/CMakeLists.txt": "crema_layer(base RANK 1 COLUMN io USES json)\n",
            "crema/json/CMakeLists.txt": "crema_layer(json RANK 1 COLUMN io USES base)\n"})
        self.assertEqual(len(problems), 2, problems)

    def test_refuses_protocol_on_top_of_io(self):
        self.assertIn("may not use net of the io column", self.declared(
            "crema_layer(json RANK 3 COLUMN protocol USES net)\n"))

    def test_refuses_an_unknown_layer_library_and_column(self):
        self.assertIn("no folder of crema/", self.declared(
            "crema_layer(json RANK 1 COLUMN protocol USES nothere)\n"))
        self.assertIn("LIBS qt is not in the table", self.declared(
            "crema_layer(json RANK 1 COLUMN protocol LIBS qt)\n"))
        self.assertIn("COLUMN middle", self.declared("crema_layer(json RANK 1 COLUMN middle)\n"))

    def test_refuses_a_folder_that_declares_nothing_or_another(self):
        for line, expected in (
            ("# nothing\n", "crema/server: no crema_layer"),
            ("crema_layer(serve RANK 4 COLUMN io)\n", "declares the layer serve"),
        ):
            problems = self.problems({"crema/server/CMakeLists.txt": line})
            self.assertEqual(len(problems), 1, problems)
            self.assertIn(expected, problems[0])

    def test_refuses_a_layer_that_is_not_built(self):
        self.assertIn("CMakeLists.txt: does not build the layer json", self.problems(
            {"CMakeLists.txt": "foreach(layer IN ITEMS base net server)\n"}))

    def test_tells_what_is_declared_and_not_included(self):
        root = self.layered({"crema/server/a.cc": '#include "crema/json/a.h"\n'})
        problems, unused = layers.run(root, None)
        self.assertEqual(problems, [])
        self.assertEqual(unused, ["crema/server: declared and included nowhere: net"])


class DrawingTest(LayersTest):
    DOCUMENT = f"# A\n\n{layers.BEGIN}\nold\n{layers.END}\n\nthe end\n"

    def test_draws_what_check_then_accepts(self):
        root = self.layered({"docs/architecture.md": self.DOCUMENT})
        self.assertEqual(self.run_tool(layers.main, "--root", root, "--check")[0], 1)
        self.assertEqual(self.run_tool(layers.main, "--root", root, "--draw")[0], 0)
        self.assertEqual(self.run_tool(layers.main, "--root", root, "--check")[0], 0)
        drawn = (root / "docs/architecture.md").read_text()
        self.assertIn("  server --> net\n", drawn)
        self.assertIn("| 4 | `crema/server/` | io | json net | – |", drawn)
        self.assertTrue(drawn.startswith("# A\n") and drawn.endswith("the end\n"))

    def test_check_sees_a_layer_that_changed(self):
        root = self.layered({"docs/architecture.md": self.DOCUMENT})
        self.run_tool(layers.main, "--root", root, "--draw")
        (root / "crema/net/CMakeLists.txt").write_text(NET.replace("RANK 2", "RANK 3"))
        code, printed = self.run_tool(layers.main, "--root", root, "--check")
        self.assertEqual(code, 1)
        self.assertIn("the drawing is not current", printed)

    def test_leaves_out_arrows_that_follow_from_others(self):
        root = self.layered({"crema/server/CMakeLists.txt":
                             "crema_layer(server RANK 4 COLUMN io USES base json net)\n"})
        found, _ = layers.read_layers(root)
        self.assertEqual(layers.reduced_uses(found, "server"), ["json", "net"])

    def test_needs_a_place_for_the_drawing(self):
        root = self.layered({"docs/architecture.md": "# nothing\n"})
        self.assertEqual(self.run_tool(layers.main, "--root", root, "--check")[0], 1)
        self.assertEqual(self.run_tool(layers.main, "--root", root, "--draw")[0], 1)


if __name__ == "__main__":
    unittest.main()
