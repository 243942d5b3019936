#include "crema/frappe/room_review.h"

#include <memory>
#include <utility>

namespace crema::frappe {
namespace {

using Kind = PermissionAnswer::Kind;

// Kept by the question that is under way.
class Review final : public std::enable_shared_from_this<Review>, base::WheelEntry {
 public:
  Review(net::Loop& loop, PermissionService& permission, RoomReview review,
         std::function<void(ReviewedRooms)> done)
      : permission_(permission), review_(std::move(review)), done_(std::move(done)) {
    loop.wheel().arm(*this, loop.now() + review_.time_max);
  }

  // Answers that come at once are followed here, not one inside the other.
  void go_on() {
    if (std::exchange(asking_, true)) return;
    while (next_ < review_.rooms.size() && !waiting_) ask();
    asking_ = false;
    if (!waiting_) end();
  }

 private:
  void on_expired(base::TimePoint) override { end(); }

  void ask() {
    waiting_ = true;
    const Subscription& room = review_.rooms[next_];
    PermissionQuestion question{review_.credential, room.doctype, room.name};
    permission_.check(
        std::move(question),
        [self = shared_from_this()](const PermissionAnswer& answer) { self->on_answer(answer); });
  }

  void on_answer(const PermissionAnswer& answer) {
    if (!done_) return;
    Subscription& room = review_.rooms[next_++];
    if (answer.kind == Kind::kAllowed) {
      result_.allowed.insert(std::move(room.room));
    } else if (answer.kind != Kind::kDenied) {
      result_.undecided.push_back(std::move(room));
    }
    waiting_ = false;
    go_on();
  }

  void end() {
    for (; next_ < review_.rooms.size(); ++next_) {
      result_.undecided.push_back(std::move(review_.rooms[next_]));
    }
    cancel();
    if (done_) std::exchange(done_, nullptr)(std::move(result_));
  }

  PermissionService& permission_;
  RoomReview review_;
  std::function<void(ReviewedRooms)> done_;
  ReviewedRooms result_;
  size_t next_ = 0;
  bool waiting_ = false;
  bool asking_ = false;
};

}  // namespace

void review_rooms(net::Loop& loop, PermissionService& permission, RoomReview review,
                  std::function<void(ReviewedRooms)> done) {
  std::make_shared<Review>(loop, permission, std::move(review), std::move(done))->go_on();
}

}  // namespace crema::frappe
