// `crema doctor`: live checks of everything between Frappe and a browser.
#pragma once

#include "crema/app/config.h"
#include "crema/app/outcome.h"

#include <string>

namespace crema::doctor {

struct DoctorOptions {
  app::ConfigQuery config = {};
  std::string url = {};      // The public address; empty: the proxy is not examined.
  std::string connect = {};  // HOST:PORT where it is reached, when not where its name says.
  std::string site = {};     // Empty: the URL's host where that is a site, else the only one.
  std::string sid = {};      // A session's cookie; empty: a visitor without one.
};

// Exit code 0: all is well; 1: something is not; 2: the options make no sense, or there is no
// bench. Takes a minute at most. Publishes one event, to the session's own user or to a task nobody
// has.
[[nodiscard]] app::Outcome doctor_command(const DoctorOptions& options);

}  // namespace crema::doctor
