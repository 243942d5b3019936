#include "crema/http/head_collector.h"

namespace crema::http {

Step HeadCollector::feed(std::string_view bytes, size_t bytes_max) {
  const std::string_view room = bytes.substr(0, bytes_max - buffer_.size());
  Step step = scanner_.feed(room);
  const std::string_view taken = room.substr(0, step.consumed);
  if (step.progress == Step::Progress::kMore || !buffer_.empty()) {
    buffer_ += taken;
  } else {
    direct_ = taken;
  }
  if (step.progress == Step::Progress::kMore && buffer_.size() == bytes_max) {
    return {Step::Progress::kFailed, step.consumed, Errc::kHeadTooLarge};
  }
  return step;
}

}  // namespace crema::http
