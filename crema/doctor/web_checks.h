// Whether the web process answers Crema's questions, for every site.
#pragma once

#include "crema/app/config.h"
#include "crema/doctor/finding.h"
#include "crema/http/response.h"
#include "crema/net/loop.h"
#include "crema/redis/publisher.h"

#include <string>

namespace crema::doctor {

// Sites that are asked about; of the others only their number is told.
inline constexpr size_t kSitesAskedMax = 20;

// Who the web process says somebody is.
struct Person {
  std::string user;  // Empty: it did not say.
  std::string user_type;
};

struct WebFindings {
  Findings findings;
  Person person;  // Of `site` and `sid` below.
};

struct WebQuestion {
  std::string site;  // Empty: no particular one.
  std::string sid;   // Empty: nobody's; Guest is asked about.
};

// Asks get_user_info of each site as Crema does, with the secret from Redis: 5 s each at most.
// Loop thread only; lives until `run` has ended. Source: frappe-realtime 3.4 to 3.7.
class WebExamination {
 public:
  // Borrows `config` for life.
  WebExamination(net::Loop& loop, const app::Config& config, WebQuestion question);

  [[nodiscard]] net::Task<WebFindings> run();

 private:
  // False: the others need not be asked, nobody is there.
  [[nodiscard]] net::Task<bool> ask(std::string site, std::string sid);
  [[nodiscard]] net::Task<base::Result<http::Response, net::Errc>> fetch(std::string site,
                                                                         std::string sid);
  void judge(const std::string& site, const http::Response& answer);
  void sum_up(size_t asked);

  net::Loop& loop_;
  const app::Config& config_;
  const WebQuestion question_;
  redis::Publisher redis_;
  const std::vector<net::Endpoint> upstreams_;
  size_t upstream_ = 0;  // Who answers; the first until somebody else does.
  WebFindings result_;
};

}  // namespace crema::doctor
