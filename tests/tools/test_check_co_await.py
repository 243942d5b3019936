"""tools/check_co_await.py lets names through and nothing else."""

import unittest

import tool_test
import check_co_await


class AwaitTest(tool_test.ToolTest):
    def problems(self, statement):
        return check_co_await.check_text(f"Task<void> f() {{\n{statement}\n}}\n")

    def assert_allowed(self, statement):
        self.assertEqual(self.problems(statement), [], statement)

    def assert_refused(self, statement, expected):
        problems = self.problems(statement)
        self.assertEqual(len(problems), 1, (statement, problems))
        self.assertIn(expected, problems[0][1])
        self.assertGreaterEqual(problems[0][0], 2)

    def test_allows_names(self):
        for statement in (
            "co_await operation;",
            "co_await std::move(operation);",
            "co_await this->timer_;",
            "auto [error, n] = co_await operation;",
            "const auto reply = co_await upstream.get(request, deadline);",
            "auto it = co_await peer->call(std::move(request), self.limits_.wait, *this);",
            "co_return co_await asio::this_coro::executor;",
            "co_await timer.async_wait(net::kAsTuple);",
            "co_await stream.write<Kind::kText>(frame, 3, 'x', \"name\", nullptr);",
            "if (co_await ready(name)) return;",
            "if (const auto error = co_await ready(name); error) return;",
            "while (!co_await ready(name)) {",
            "case State::kOpen: co_await close(reason);",
            "else co_await close(reason);",
            "x = 1; co_await close(); y = 2;",
            "// co_await f([this] {});",
            'log("co_await f([] {})");',
        ):
            self.assert_allowed(statement)

    def test_refuses_a_lambda(self):
        self.assert_refused("co_await post(executor, [this] { close(); });", "is not a name")
        self.assert_refused("co_await [] { return task(); }();", "other than a name")

    def test_refuses_braces(self):
        self.assert_refused("co_await call({.site = site, .user = user});", "is not a name")
        self.assert_refused("co_await call(Request{site, user});", "is not a name")
        self.assert_refused("co_await Operation{site};", "made with braces")

    def test_refuses_a_conditional(self):
        self.assert_refused("co_await call(a ? b : c);", "is not a name")
        self.assert_refused("co_await (a ? b : c);", "other than a name")
        self.assert_refused("auto x = a ? co_await b : c;", "larger expression")

    def test_refuses_nested_and_chained_calls(self):
        self.assert_refused("co_await call(make(site));", "is not a name")
        self.assert_refused("co_await call(a + b);", "is not a name")
        self.assert_refused("co_await call(std::string(name));", "is not a name")
        self.assert_refused("co_await pool().get();", "used in the same expression")
        self.assert_refused("const auto text = (co_await get(url)).text();", "same expression")

    def test_refuses_a_place_inside_a_larger_expression(self):
        self.assert_refused("use(co_await get(url));", "larger expression")
        self.assert_refused("total += 1 + co_await get(url);", "larger expression")
        self.assert_refused("EXPECT_EQ(co_await get(url), 3);", "larger expression")
        self.assert_refused("auto ok = co_await get(url) == 3;", "same expression")
        self.assert_refused("for (auto x : co_await list(url)) {", "larger expression")

    def test_looks_across_lines(self):
        self.assert_refused("co_await call(site,\n    make(user));", "is not a name")
        self.assert_allowed("co_await call(site,\n    user);")


class ParametersTest(tool_test.ToolTest):
    def assert_allowed(self, declaration):
        self.assertEqual(check_co_await.check_text(declaration), [], declaration)

    def assert_refused(self, declaration, expected):
        problems = check_co_await.check_text(declaration)
        self.assertEqual(len(problems), 1, (declaration, problems))
        self.assertIn(expected, problems[0][1])

    def test_allows_values_and_services(self):
        for declaration in (
            "Task<void> run();",
            "net::Task<base::Result<User, Errc>> identify(std::string site, Credential who);",
            "Task<void> Server::run(net::Loop& loop, Config* config, int n = 3) {}",
            "Task<void> serve(std::vector<std::string> names, std::shared_ptr<const Frame> f);",
            "std::function<Task<int>(std::string)> call;",
            "auto run = [](Loop& loop) -> Task<void> { co_return; };",
            "base::Result<int, Errc> plain(std::string_view text, const Config& config);",
            "Task<void> task = start(name);",
            "template <class T> using Task = asio::awaitable<T>;",
        ):
            self.assert_allowed(declaration)

    def test_refuses_what_the_caller_owns(self):
        self.assert_refused("Task<void> f(std::string_view name);", "is a view")
        self.assert_refused("Task<void> f(int n, std::span<const char> bytes);", "is a view")
        self.assert_refused("Task<void> f(PacketView packet);", "is a view")
        self.assert_refused("Task<void> A::f(const std::string& name) {}", "a const reference")
        self.assert_refused("Task<void> f(std::string const& name);", "a const reference")
        self.assert_refused("Task<void> f(std::string&& name);", "an rvalue reference")
        self.assert_refused("Task<void> f(const char* name);", "a const char*")
        self.assert_refused("asio::awaitable<Result<A, B>> f(\n    const A& a);", "const reference")
        self.assert_refused("std::function<Task<int>(std::string_view)> call;", "is a view")

    def test_refuses_lambdas_that_capture_or_borrow(self):
        self.assert_refused("spawn([this]() -> Task<void> { co_return; });", "captures [this]")
        self.assert_refused("spawn([&] -> Task<void> { co_return; });", "captures [&]")
        self.assert_refused("auto f = [](std::string_view s) -> net::Task<int> {};", "is a view")


class MainTest(tool_test.ToolTest):
    def test_names_file_and_line(self):
        root = self.tree({"crema/net/a.cc": "\n\nco_await f(g());\n", "crema/net/b.cc": "int n;\n"})
        code, printed = self.run_tool(check_co_await.main, "--root", root)
        self.assertEqual(code, 1)
        self.assertTrue(printed.startswith("crema/net/a.cc:3: "), printed)

    def test_passes_a_clean_tree(self):
        root = self.tree({"crema/net/b.cc": "Task<void> f() { co_await g(name); }\n"})
        self.assertEqual(self.run_tool(check_co_await.main, "--root", root)[0], 0)


if __name__ == "__main__":
    unittest.main()
