#pragma once

#include <string_view>

namespace crema::load {

// Engine.IO packets without data, and those of an upgrade. Source: spec/socketio.md 1.1, 1.9.
inline constexpr std::string_view kClose = "1";
inline constexpr std::string_view kPing = "2";
inline constexpr std::string_view kPong = "3";
inline constexpr std::string_view kUpgrade = "5";
inline constexpr std::string_view kProbe = "2probe";
inline constexpr std::string_view kProbeAnswer = "3probe";

}  // namespace crema::load
