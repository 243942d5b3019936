// An event as it came, for handlers that want it raw.
#pragma once

#include "crema/library/ack.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace crema {

namespace library {
struct EventData;
}

// A copy that may be kept. The values borrow from it.
class Event {
 public:
  explicit Event(std::shared_ptr<const library::EventData> data) : data_(std::move(data)) {}

  // As the client wrote it, and how many arguments came with it.
  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] size_t size() const;
  // Absent beyond the end.
  [[nodiscard]] Value operator[](size_t index) const;
  [[nodiscard]] const std::vector<std::string>& attachments() const;
  // For an answer; none when the client did not ask.
  [[nodiscard]] Ack ack() const;

 private:
  std::shared_ptr<const library::EventData> data_;
};

}  // namespace crema
