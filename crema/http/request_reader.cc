#include "crema/http/request_reader.h"

#include "crema/base/check.h"
#include "crema/http/body_reader.h"
#include "crema/http/framing.h"
#include "crema/http/head_collector.h"
#include "crema/http/head_parser.h"

#include <utility>

namespace crema::http {

using Progress = Step::Progress;

struct RequestReader::Work {
  State state = State::kHead;
  Errc error = Errc::kBadRequest;
  bool body_begun = false;
  HeadCollector head;
  Request request;
  BodyReader body{Framing{}, Limits{}};

  void fail(Errc reason) {
    state = State::kFailed;
    error = reason;
    head = {};
  }
  size_t feed_head(std::string_view bytes, const Limits& limits);
  void on_head_complete(const Limits& limits);
  size_t feed_body(std::string_view bytes);
};

size_t RequestReader::Work::feed_head(std::string_view bytes, const Limits& limits) {
  const Step step = head.feed(bytes, limits.head_bytes_max);
  if (step.progress == Progress::kDone) {
    on_head_complete(limits);
  } else if (step.progress == Progress::kFailed) {
    const bool long_target = step.error == Errc::kHeadTooLarge && target_too_long(head.head());
    fail(long_target ? Errc::kTargetTooLong : step.error);
  }
  return step.consumed;
}

void RequestReader::Work::on_head_complete(const Limits& limits) {
  base::Result<Request, Errc> parsed = parse_request_head(head.head(), limits);
  if (!parsed) return fail(parsed.error());
  const std::optional<Framing> framing = framing_of(parsed->headers, parsed->version);
  if (!framing) return fail(Errc::kBadRequest);
  head = {};
  request = *std::move(parsed);
  body = BodyReader{*framing, limits};
  state = State::kBody;
}

size_t RequestReader::Work::feed_body(std::string_view bytes) {
  const Step step = body.feed(bytes, request.body);
  body_begun = body_begun || step.consumed > 0;
  if (step.progress == Progress::kDone) {
    state = State::kDone;
  } else if (step.progress == Progress::kFailed) {
    request.body = {};
    fail(step.error);
  }
  return step.consumed;
}

RequestReader::RequestReader(const Limits& limits) : limits_(limits) {}
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;
RequestReader::~RequestReader() = default;

RequestReader::State RequestReader::state() const { return work_ ? work_->state : State::kHead; }

bool RequestReader::expects_continue() const {
  return state() == State::kBody && !work_->body_begun && work_->request.version >= 11 &&
         header_has_token(work_->request.headers, "Expect", "100-continue");
}

Errc RequestReader::error() const {
  CREMA_ASSERT(state() == State::kFailed);
  return work_->error;
}

const Request& RequestReader::request() const {
  static const Request kNone;
  return work_ ? work_->request : kNone;
}

size_t RequestReader::feed(std::string_view bytes) {
  if (bytes.empty()) return 0;
  if (!work_) work_ = std::make_unique<Work>();
  size_t used = 0;
  if (work_->state == State::kHead) used = work_->feed_head(bytes, limits_);
  if (work_->state == State::kBody) used += work_->feed_body(bytes.substr(used));
  return used;
}

Request RequestReader::take() {
  CREMA_ASSERT(state() == State::kDone);
  Request request = std::move(work_->request);
  work_.reset();
  return request;
}

}  // namespace crema::http
