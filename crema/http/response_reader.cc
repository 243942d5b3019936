#include "crema/http/response_reader.h"

#include "crema/base/check.h"
#include "crema/http/body_reader.h"
#include "crema/http/framing.h"
#include "crema/http/head_collector.h"
#include "crema/http/head_parser.h"

#include <utility>

namespace crema::http {
namespace {

using Progress = Step::Progress;

// The parts shared with requests name their errors after requests.
Errc as_response_error(Errc error) {
  return error == Errc::kBadRequest ? Errc::kBadResponse : error;
}

std::optional<Framing> response_framing(const ResponseHead& head) {
  std::optional<Framing> framing = framing_of(head.headers, head.version);
  if (!framing) return std::nullopt;
  if (head.status == 204 || head.status == 304) return Framing{};
  if (framing->kind == Framing::Kind::kUnstated) framing->kind = Framing::Kind::kUntilClose;
  return framing;
}

}  // namespace

struct ResponseReader::Work {
  State state = State::kHead;
  Errc error = Errc::kBadResponse;
  bool until_close = false;
  bool keep_alive = false;
  size_t interims = 0;
  HeadCollector head;
  Response response;
  BodyReader body{Framing{}, Limits{}};

  void fail(Errc reason) {
    state = State::kFailed;
    error = reason;
    head = {};
    response = {};
  }
  size_t feed_head(std::string_view bytes, const Limits& limits);
  void on_head_complete(const Limits& limits);
  void on_interim(unsigned status);
  size_t feed_body(std::string_view bytes);
};

size_t ResponseReader::Work::feed_head(std::string_view bytes, const Limits& limits) {
  const Step step = head.feed(bytes, limits.head_bytes_max);
  if (step.progress == Progress::kDone) {
    on_head_complete(limits);
  } else if (step.progress == Progress::kFailed) {
    fail(as_response_error(step.error));
  }
  return step.consumed;
}

void ResponseReader::Work::on_head_complete(const Limits& limits) {
  base::Result<ResponseHead, Errc> parsed = parse_response_head(head.head(), limits);
  head = {};
  if (!parsed) return fail(parsed.error());
  if (parsed->status < 200) return on_interim(parsed->status);
  const std::optional<Framing> framing = response_framing(*parsed);
  if (!framing) return fail(Errc::kBadResponse);
  until_close = framing->kind == Framing::Kind::kUntilClose;
  keep_alive = !until_close && wants_keep_alive(parsed->version, parsed->headers);
  response.status = parsed->status;
  response.headers = std::move(parsed->headers);
  body = BodyReader{*framing, limits};
  state = State::kBody;
}

void ResponseReader::Work::on_interim(unsigned status) {
  // We never ask to switch protocols.
  if (status == 101 || ++interims > kInterimResponsesMax) fail(Errc::kBadResponse);
}

size_t ResponseReader::Work::feed_body(std::string_view bytes) {
  const Step step = body.feed(bytes, response.body);
  if (step.progress == Progress::kDone) {
    state = State::kDone;
  } else if (step.progress == Progress::kFailed) {
    fail(as_response_error(step.error));
  }
  return step.consumed;
}

ResponseReader::ResponseReader(const Limits& limits) : limits_(limits) {}
ResponseReader::ResponseReader(ResponseReader&&) noexcept = default;
ResponseReader& ResponseReader::operator=(ResponseReader&&) noexcept = default;
ResponseReader::~ResponseReader() = default;

ResponseReader::State ResponseReader::state() const { return work_ ? work_->state : State::kHead; }

Errc ResponseReader::error() const {
  CREMA_ASSERT(state() == State::kFailed);
  return work_->error;
}

bool ResponseReader::keep_alive() const {
  CREMA_ASSERT(state() == State::kDone);
  return work_->keep_alive;
}

size_t ResponseReader::feed(std::string_view bytes) {
  if (bytes.empty()) return 0;
  if (!work_) work_ = std::make_unique<Work>();
  size_t used = 0;
  while (work_->state == State::kHead && used < bytes.size()) {
    used += work_->feed_head(bytes.substr(used), limits_);
  }
  if (work_->state == State::kBody) used += work_->feed_body(bytes.substr(used));
  return used;
}

void ResponseReader::on_eof() {
  if (!work_) work_ = std::make_unique<Work>();
  if (work_->state == State::kDone || work_->state == State::kFailed) return;
  if (work_->state == State::kBody && work_->until_close) {
    work_->state = State::kDone;
  } else {
    work_->fail(Errc::kClosedEarly);
  }
}

Response ResponseReader::take() {
  CREMA_ASSERT(state() == State::kDone);
  Response response = std::move(work_->response);
  work_.reset();
  return response;
}

}  // namespace crema::http
