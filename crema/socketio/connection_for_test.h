// A connection of one client, with an application that the test tells what to do.
#pragma once

#include "crema/socketio/hub_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace crema::socketio {

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() { hub_.set_application(application_); }
  ~ConnectionTest() override {
    client_.reset();
    hub_.end_turn();
    EXPECT_THAT(host_.open, testing::IsEmpty()) << "nothing stays in the directory";
  }

  FakeClient& client() {
    if (!client_) client_ = std::make_unique<FakeClient>(hub_, time_, engine_config_);
    return *client_;
  }
  // A client with a socket in "/".
  FakeClient& joined() {
    client().send("0");
    (void)client().received();
    application_.heard.clear();
    return client();
  }
  std::string sid(size_t index = 0) { return application_.sockets.at(index)->id(); }
  std::vector<std::string> heard() { return std::exchange(application_.heard, {}); }

  Config config_;
  engineio::Config engine_config_;
  engineio::RecordingHost time_;
  RecordingHubHost host_{time_};
  Hub hub_{config_, host_};
  FakeApplication application_{hub_};
  std::unique_ptr<FakeClient> client_;
};

}  // namespace crema::socketio
