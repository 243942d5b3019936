#include "crema/app/config.h"

#include "crema/app/test_bench.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::app {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kCommon = "sites/common_site_config.json";

class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() { bench_.add_site("site1"); }

  LoadedConfig load() {
    query_.bench.flag = bench_.path();
    query_.bench.working_directory = "/";
    return load_config(query_);
  }
  // For files that are right.
  Config loaded() {
    LoadedConfig result = load();
    EXPECT_THAT(to_string(result.problems), IsEmpty());
    return result.config;
  }
  std::string problems() { return to_string(load().problems); }
  void write(std::string_view common) { bench_.write(kCommon, common); }
  void set(const std::string& name, const std::string& value) {
    query_.bench.environment[name] = value;
  }
  void flag(const std::string& key, std::vector<std::string> values) {
    query_.flags.push_back({key, std::move(values)});
  }
  [[nodiscard]] std::string common_path() const { return bench_.path() + "/" + kCommon; }

  TestBench bench_;
  ConfigQuery query_;
};

TEST_F(ConfigTest, HasDefaultsWithoutAnyFile) {
  const Config config = loaded();
  EXPECT_EQ(config.bench.value, bench_.path());
  EXPECT_THAT(config.sites, ElementsAre("site1"));
  EXPECT_EQ(config.socketio_port.value, 9000);
  EXPECT_EQ(config.socketio_port.source, "default");
  EXPECT_EQ(config.redis_queue.value, "redis://localhost:6379");
  EXPECT_EQ(config.socketio_uds.value, "");
  EXPECT_EQ(config.default_site.value, "");
  EXPECT_FALSE(config.developer_mode.value);
  EXPECT_EQ(config.upstream.value, (HostPort{"127.0.0.1", 8000}));
  EXPECT_THAT(config.host.value, ElementsAre("127.0.0.1", "::1"));
  EXPECT_EQ(config.shards.value, 1U);
  EXPECT_EQ(config.auth_wait.value, std::chrono::seconds(40));
  EXPECT_EQ(config.allow_missing_origin.value, MissingOrigin::kWithAuthorization);
  EXPECT_EQ(config.log_level.value, log::Level::kInfo);
  EXPECT_EQ(config.log_format.value, log::Format::kLogfmt);
  EXPECT_EQ(config.admin.value.port, 0);
}

TEST_F(ConfigTest, ReadsFrappesKeysWithTheirLines) {
  write(R"({
  "socketio_port": 9001,
  "redis_queue": "redis://127.0.0.1:11000",
  "redis_cache": "unix:///run/redis.sock",
  "default_site": "site1",
  "developer_mode": 1,
  "webserver_port": 8001,
  "db_host": "somebody else's"
})");
  const Config config = loaded();
  EXPECT_EQ(config.socketio_port.value, 9001);
  EXPECT_EQ(config.socketio_port.source, "sites/common_site_config.json:2");
  EXPECT_EQ(config.redis_queue.value, "redis://127.0.0.1:11000");
  EXPECT_EQ(config.redis_cache.value, "unix:///run/redis.sock");
  EXPECT_EQ(config.default_site.value, "site1");
  EXPECT_TRUE(config.developer_mode.value);
  EXPECT_EQ(config.upstream.value, (HostPort{"127.0.0.1", 8001}));
  EXPECT_EQ(config.upstream.source, "webserver_port, sites/common_site_config.json:7");
}

TEST_F(ConfigTest, TakesAPortAsNumberOrText) {
  write(R"({"socketio_port": "9002"})");
  EXPECT_EQ(loaded().socketio_port.value, 9002);
  write(R"({"socketio_port": 9003.0})");
  EXPECT_EQ(loaded().socketio_port.value, 9003);
}

TEST_F(ConfigTest, LaterSourcesWin) {
  bench_.write("config.json", R"({"socketio_port": 1, "default_site": "site1"})");
  EXPECT_EQ(loaded().socketio_port.source, "config.json:1");
  write(R"({"socketio_port": 2})");
  EXPECT_EQ(loaded().socketio_port.value, 2);
  EXPECT_EQ(loaded().default_site.source, "config.json:1");
  set("FRAPPE_SOCKETIO_PORT", "3");
  EXPECT_EQ(loaded().socketio_port.value, 3);
  EXPECT_EQ(loaded().socketio_port.source, "FRAPPE_SOCKETIO_PORT");
  flag("socketio_port", {"4"});
  EXPECT_EQ(loaded().socketio_port.value, 4);
  EXPECT_EQ(loaded().socketio_port.source, "--port");
}

TEST_F(ConfigTest, IgnoresFalsyValuesAsNodeDoes) {
  bench_.write("config.json", R"({"developer_mode": 1, "socketio_port": 9005,
                                  "default_site": "site1", "redis_queue": "redis://a"})");
  write(R"({"developer_mode": 0, "socketio_port": null, "default_site": "",
            "redis_queue": false})");
  const Config config = loaded();
  EXPECT_TRUE(config.developer_mode.value);
  EXPECT_EQ(config.socketio_port.value, 9005);
  EXPECT_EQ(config.default_site.value, "site1");
  EXPECT_EQ(config.redis_queue.value, "redis://a");
  for (const char* zero : {"0.0", "-0", "-0.0"}) {
    write(std::string(R"({"developer_mode": )") + zero + "}");
    EXPECT_EQ(loaded().developer_mode.source, "config.json:1") << zero;
  }
}

TEST_F(ConfigTest, AnyTruthyValueTurnsDeveloperModeOn) {
  for (const char* value : {"1", "true", "\"0\"", "[]", "{}", "0.5"}) {
    write(std::string(R"({"developer_mode": )") + value + "}");
    EXPECT_TRUE(loaded().developer_mode.value) << value;
  }
}

TEST_F(ConfigTest, ReadsFrappesEnvironment) {
  set("FRAPPE_SITE", "site1");
  set("FRAPPE_REDIS_CACHE", "redis://cache");
  set("FRAPPE_REDIS_QUEUE", "redis://queue");
  set("FRAPPE_SOCKETIO_UDS", "/run/s.sock");
  const Config config = loaded();
  EXPECT_EQ(config.default_site.value, "site1");
  EXPECT_EQ(config.default_site.source, "FRAPPE_SITE");
  EXPECT_EQ(config.redis_cache.value, "redis://cache");
  EXPECT_EQ(config.redis_queue.value, "redis://queue");
  EXPECT_EQ(config.socketio_uds.value, "/run/s.sock");
}

TEST_F(ConfigTest, IgnoresEmptyVariables) {
  write(R"({"socketio_port": 9001})");
  set("FRAPPE_SOCKETIO_PORT", "");
  set("CREMA_SHARDS", "");
  EXPECT_EQ(loaded().socketio_port.value, 9001);
}

TEST_F(ConfigTest, FindsTheBenchByItsVariable) {
  query_.bench.environment["FRAPPE_BENCH_ROOT"] = bench_.path();
  query_.bench.working_directory = "/";
  EXPECT_EQ(load_config(query_).config.bench.source, "FRAPPE_BENCH_ROOT");
}

TEST_F(ConfigTest, FailsWithoutABench) {
  query_.bench.working_directory = bench_.path() + "/nothing-here";
  query_.bench.flag = "";
  bench_.write("nothing-here/x", "");
  query_.bench.environment["FRAPPE_BENCH_ROOT"] = "/nonexistent";
  const LoadedConfig result = load_config(query_);
  EXPECT_TRUE(has_errors(result.problems));
  EXPECT_THAT(to_string(result.problems), HasSubstr("FRAPPE_BENCH_ROOT: /nonexistent does not"));
}

TEST_F(ConfigTest, ReadsOurObject) {
  write(R"({"crema": {
    "host": ["127.0.0.1", "::1"], "shards": 2, "web_url": "http://web:8080", "auth_wait": 1.0,
    "allow_missing_origin": "never", "log_level": "debug", "log_format": "json",
    "admin": "127.0.0.1:9999",
    "admin_token": "0123456789abcdef"
  }})");
  const Config config = loaded();
  EXPECT_THAT(config.host.value, ElementsAre("127.0.0.1", "::1"));
  EXPECT_EQ(config.shards.value, 2U);
  EXPECT_EQ(config.upstream.value, (HostPort{"web", 8080}));
  EXPECT_EQ(config.auth_wait.value, milliseconds(1000));
  EXPECT_EQ(config.allow_missing_origin.value, MissingOrigin::kNever);
  EXPECT_EQ(config.log_level.value, log::Level::kDebug);
  EXPECT_EQ(config.log_format.value, log::Format::kJson);
  EXPECT_EQ(config.admin.value, (HostPort{"127.0.0.1", 9999}));
  EXPECT_EQ(config.admin_token.source, "sites/common_site_config.json:5");
}

TEST_F(ConfigTest, ReadsBounds) {
  write(R"({"crema": {
    "uds_mode": 660, "connections_max": 5000, "connections_per_address_max": "off",
    "new_connections_per_address_max": "50", "http_head_bytes_max": "32k", "http_headers_max": 200,
    "message_bytes_max": "2m", "queued_bytes_max": 65536, "request_deadline": 5,
    "idle_timeout": "2m", "connect_timeout": "30s", "ping_interval": "5s", "ping_timeout": 4,
    "upgrade_timeout": "1500ms", "http_compression": false
  }})");
  const Config config = loaded();
  EXPECT_EQ(config.uds_mode.value, 0660U);
  EXPECT_EQ(config.connections_max.value, 5000U);
  EXPECT_EQ(config.connections_per_address_max.value, 0U);
  EXPECT_EQ(config.new_connections_per_address_max.value, 50U);
  EXPECT_EQ(config.http_head_bytes_max.value, 32768U);
  EXPECT_EQ(config.http_headers_max.value, 200U);
  EXPECT_EQ(config.message_bytes_max.value, 2U << 20);
  EXPECT_EQ(config.queued_bytes_max.value, 65536U);
  EXPECT_EQ(config.request_deadline.value, milliseconds(5000));
  EXPECT_EQ(config.idle_timeout.value, milliseconds(120'000));
  EXPECT_EQ(config.connect_timeout.value, milliseconds(30'000));
  EXPECT_EQ(config.ping_interval.value, milliseconds(5000));
  EXPECT_EQ(config.ping_timeout.value, milliseconds(4000));
  EXPECT_EQ(config.upgrade_timeout.value, milliseconds(1500));
  EXPECT_FALSE(config.http_compression.value);
}

TEST_F(ConfigTest, RefusesBoundsThatAreNone) {
  for (const char* bad :
       {R"("uds_mode": 888)", R"("uds_mode": "rw")", R"("uds_mode": 7777)", R"("uds_mode": "")",
        R"("connections_max": -1)", R"("connections_max": 20000000)", R"("connections_max": "x")",
        R"("http_head_bytes_max": 1000)", R"("http_head_bytes_max": "2m")",
        R"("http_headers_max": 9)", R"("http_headers_max": 1001)", R"("message_bytes_max": 0)",
        R"("message_bytes_max": "101m")", R"("message_bytes_max": "9999999k")",
        R"("queued_bytes_max": "k")", R"("request_deadline": 0)", R"("ping_interval": "x")",
        R"("http_compression": 1)", R"("http_compression": "yes")"}) {
    write(std::string("{\"crema\": {") + bad + "}}");
    EXPECT_TRUE(has_errors(load().problems)) << bad;
  }
}

TEST_F(ConfigTest, ListensOnEveryInterfaceInAContainer) {
  query_.container = "/.dockerenv";
  EXPECT_THAT(loaded().host.value, ElementsAre("*"));
  EXPECT_EQ(loaded().host.source, "default in a container, /.dockerenv");
  set("CREMA_HOST", "127.0.0.1");
  EXPECT_THAT(loaded().host.value, ElementsAre("127.0.0.1")) << "unless told otherwise";
}

TEST_F(ConfigTest, ListensOnEveryInterfaceInDeveloperMode) {
  write(R"({"developer_mode": 1})");
  EXPECT_THAT(loaded().host.value, ElementsAre("*"));
  EXPECT_EQ(loaded().host.source, "default in developer_mode, sites/common_site_config.json:1");
}

TEST_F(ConfigTest, ReadsOurVariablesAndFlags) {
  set("CREMA_HOST", "127.0.0.1, ::1");
  set("CREMA_AUTH_WAIT", "1500ms");
  set("CREMA_SHARDS", "auto");
  const Config config = loaded();
  EXPECT_THAT(config.host.value, ElementsAre("127.0.0.1", "::1"));
  EXPECT_EQ(config.host.source, "CREMA_HOST");
  EXPECT_EQ(config.auth_wait.value, milliseconds(1500));
  EXPECT_GE(config.shards.value, 1U);
  flag("host", {"localhost", "127.0.0.2"});
  flag("shards", {"3"});
  EXPECT_THAT(loaded().host.value, ElementsAre("localhost", "127.0.0.2"));
  EXPECT_EQ(loaded().shards.value, 3U);
  EXPECT_EQ(loaded().shards.source, "--shards");
}

TEST_F(ConfigTest, MergesOurObjectKeyByKey) {
  bench_.write("config.json", R"({"crema": {"shards": 2, "log_level": "warn"}})");
  write(R"({"crema": {"log_level": "debug", "shards": null}})");
  EXPECT_EQ(loaded().shards.value, 2U);
  EXPECT_EQ(loaded().log_level.value, log::Level::kDebug);
}

TEST_F(ConfigTest, WarnsOfUnknownKeysOfOurs) {
  write("{\n\"crema\": {\n\"shard\": 2}}");
  const LoadedConfig result = load();
  EXPECT_FALSE(has_errors(result.problems));
  EXPECT_EQ(to_string(result.problems),
            "warning: " + common_path() +
                ":3: crema.shard is not a key that Crema knows; the nearest is shards\n");
}

TEST_F(ConfigTest, WarnsOfUnknownVariablesOfOurs) {
  set("CREMA_LOGLEVEL", "debug");
  EXPECT_EQ(problems(),
            "warning: CREMA_LOGLEVEL: is not a variable that Crema reads; the nearest is "
            "CREMA_LOG_LEVEL\n");
}

TEST_F(ConfigTest, SaysWhereAFileIsBroken) {
  write("{\"socketio_port\": 9000,\n  }");
  EXPECT_TRUE(has_errors(load().problems));
  EXPECT_THAT(problems(), HasSubstr("error: " + common_path() + ":2:3: "));
  EXPECT_THAT(problems(), HasSubstr("; make it valid JSON"));
  write("[1]");
  EXPECT_THAT(problems(), HasSubstr(":1: is not a JSON object"));
  write("{\"crema\":\n 5}");
  EXPECT_THAT(problems(), HasSubstr(":1: crema is not an object"));
  write("{\"a\": \"" + std::string(1 << 20, 'x') + "\"}");
  EXPECT_TRUE(has_errors(load().problems));
}

TEST_F(ConfigTest, SaysWhenAFileCannotBeRead) {
  bench_.write(std::string(kCommon) + "/x", "a directory in its place");
  EXPECT_THAT(problems(), HasSubstr("error: " + common_path() + ": cannot be read: "));
}

TEST_F(ConfigTest, NamesKeyLineAndCureOfABadValue) {
  write("{\n\"socketio_port\": \"abc\",\n\"crema\": {\n  \"shards\": 65}}");
  EXPECT_EQ(problems(), "error: " + common_path() +
                            ":2: socketio_port is not a number from 1 to 65535; give a free port, "
                            "for example 9000\n"
                            "error: " +
                            common_path() +
                            ":4: crema.shards is not a number from 1 to 64; give one of them, or "
                            "auto for one per core\n");
}

TEST_F(ConfigTest, NamesTheVariableOrFlagOfABadValue) {
  set("CREMA_LOG_LEVEL", "loud");
  flag("socketio_port", {"0"});
  EXPECT_THAT(problems(), HasSubstr("error: --port: is not a number from 1 to 65535"));
  EXPECT_THAT(problems(), HasSubstr("error: CREMA_LOG_LEVEL: is not a log level; give debug"));
}

TEST_F(ConfigTest, JudgesOnlyTheValueThatWins) {
  write(R"({"socketio_port": "abc"})");
  set("FRAPPE_SOCKETIO_PORT", "9009");
  EXPECT_EQ(loaded().socketio_port.value, 9009);
}

TEST_F(ConfigTest, RefusesWrongTypesAndRanges) {
  for (const char* bad :
       {R"("host": 5)", R"("host": [])", R"("host": ["a.b"])", R"("host": "")", R"("shards": 0)",
        R"("shards": 1.5)", R"("shards": true)", R"("web_url": "https://w")", R"("web_url": "")",
        R"("auth_wait": 0)", R"("auth_wait": 601)", R"("auth_wait": "1h")", R"("auth_wait": "s")",
        R"("allow_missing_origin": true)", R"("log_level": 1)", R"("log_format": "xml")",
        R"("admin": "9090")", R"("admin_token": "short")",
        R"("admin_token": "has a space in it")"}) {
    write(std::string("{\"crema\": {") + bad + "}}");
    EXPECT_TRUE(has_errors(load().problems)) << bad;
  }
  for (const char* bad :
       {R"("socketio_port": 65536)", R"("socketio_port": -1)", R"("socketio_port": {})",
        R"("redis_queue": 6379)", R"("redis_queue": "rediss://a:x")", R"("default_site": 1)",
        R"("webserver_port": "x")"}) {
    write(std::string("{") + bad + "}");
    EXPECT_TRUE(has_errors(load().problems)) << bad;
  }
  write("{\"socketio_uds\": \"/" + std::string(107, 'x') + "\"}");
  EXPECT_TRUE(has_errors(load().problems));
}

TEST_F(ConfigTest, UsesWebserverHostOnlyBesideItsPort) {
  write(R"({"webserver_host": "web", "webserver_port": 8002})");
  EXPECT_EQ(loaded().upstream.value, (HostPort{"web", 8002}));
  write(R"({"webserver_host": "http://web:81", "webserver_port": 8002})");
  EXPECT_EQ(loaded().upstream.value, (HostPort{"web", 81}));
  write(R"({"webserver_host": "web"})");
  EXPECT_EQ(load().config.upstream.value, (HostPort{"127.0.0.1", 8000}));
  EXPECT_THAT(problems(), HasSubstr("webserver_host has no effect without webserver_port"));
}

TEST_F(ConfigTest, WebUrlWinsOverWebserverKeys) {
  write(R"({"webserver_host": "web", "webserver_port": 8002, "crema": {"web_url": "http://w"}})");
  EXPECT_EQ(loaded().upstream.value, (HostPort{"w", 80}));
}

TEST_F(ConfigTest, RefusesAnHttpsUpstream) {
  write(R"({"webserver_host": "https://web", "webserver_port": 443})");
  EXPECT_THAT(problems(), HasSubstr("webserver_host is https, which is not supported yet"));
  flag("web_url", {"https://web"});
  EXPECT_THAT(problems(), HasSubstr("--web-url: is https, which is not supported yet"));
}

TEST_F(ConfigTest, UnixSocketWinsOverThePortUnlessThePortIsAFlag) {
  write(R"({"socketio_uds": "/run/s.sock"})");
  set("FRAPPE_SOCKETIO_PORT", "9001");
  EXPECT_EQ(loaded().socketio_uds.value, "/run/s.sock");
  flag("socketio_port", {"9002"});
  EXPECT_EQ(loaded().socketio_uds.value, "");
}

TEST_F(ConfigTest, NeedsATokenForAdminOverTcp) {
  flag("admin", {"127.0.0.1:9999"});
  EXPECT_THAT(problems(), HasSubstr("error: --admin: the admin endpoints over TCP need a token; "
                                    "set CREMA_ADMIN_TOKEN"));
  set("CREMA_ADMIN_TOKEN", "0123456789abcdef");
  EXPECT_EQ(loaded().admin.value, (HostPort{"127.0.0.1", 9999}));
}

TEST_F(ConfigTest, WarnsOfADefaultSiteThatIsNotThere) {
  write("{\n\"default_site\": \"site2\"}");
  EXPECT_FALSE(has_errors(load().problems));
  EXPECT_THAT(problems(),
              HasSubstr("default_site site2 is no folder in sites/; the sites are: site1"));
}

TEST(Config, WarnsOfABenchWithoutSites) {
  const TestBench bench;
  const auto result = load_config({.bench = {.flag = bench.path(), .working_directory = "/"}});
  EXPECT_FALSE(has_errors(result.problems));
  EXPECT_THAT(to_string(result.problems), HasSubstr("has no site;"));
}

TEST_F(ConfigTest, TakesTheVersionFromTheBench) {
  EXPECT_EQ(loaded().dialect.value, FrappeDialect::kAuto);
  bench_.write("apps/frappe/frappe/__init__.py", "__version__ = \"15.84.0\"\n");
  EXPECT_EQ(loaded().dialect.value, FrappeDialect::k15);
  EXPECT_EQ(loaded().dialect.source, "apps/frappe/frappe/__init__.py says 15.84.0");
  bench_.write("apps/frappe/frappe/__init__.py", "__version__ = \"17.0.0-dev\"\n");
  EXPECT_EQ(loaded().dialect.value, FrappeDialect::k16);
  bench_.write("apps/frappe/frappe/__init__.py", "__version__ = \"14.93.0\"\n");
  EXPECT_THAT(problems(), HasSubstr("Frappe 14.93.0 is older than what Crema serves"));
}

TEST_F(ConfigTest, LetsAPersonSayTheVersion) {
  bench_.write("apps/frappe/frappe/__init__.py", "__version__ = \"14.93.0\"\n");
  write(R"({"crema":{"frappe_version":15}})");
  EXPECT_EQ(loaded().dialect.value, FrappeDialect::k15);
  set("CREMA_FRAPPE_VERSION", "develop");
  EXPECT_EQ(loaded().dialect.value, FrappeDialect::k16);
  EXPECT_EQ(loaded().dialect.source, "crema.frappe_version, CREMA_FRAPPE_VERSION");
  set("CREMA_FRAPPE_VERSION", "14");
  EXPECT_THAT(problems(), HasSubstr("give auto, 15, 16 or develop"));
}

}  // namespace
}  // namespace crema::app
