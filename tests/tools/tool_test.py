"""What the tests of tools/ share: the tools on the path, and small source trees to run them on."""

import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))


class ToolTest(unittest.TestCase):
    def tree(self, files):
        """A temporary folder holding `files` (path to text); gone after the test."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = pathlib.Path(folder.name)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return root

    def run_tool(self, main, *arguments):
        """The exit code of `main` and what it printed."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = main([str(argument) for argument in arguments])
        return code, out.getvalue()
