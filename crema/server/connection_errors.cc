#include "crema/server/connection_errors.h"

#include "crema/base/counter.h"

namespace crema::server {
namespace {

constexpr const char* kName = "crema_connection_errors_total";
constexpr const char* kHelp = "Requests that Engine.IO refused, by code and name.";

// In the order of transport::Refusal.
const base::Counter kCounters[transport::kRefusals] = {
    {kName, R"(code="0",name="UNKNOWN_TRANSPORT")", kHelp},
    {kName, R"(code="1",name="UNKNOWN_SID")", kHelp},
    {kName, R"(code="2",name="BAD_HANDSHAKE_METHOD")", kHelp},
    {kName, R"(code="3",name="INVALID_ORIGIN")", kHelp},
    {kName, R"(code="3",name="TRANSPORT_MISMATCH")", kHelp},
    {kName, R"(code="3",name="TRANSPORT_HANDSHAKE_ERROR")", kHelp},
    {kName, R"(code="3",name="PROTOCOL_MISMATCH")", kHelp},
    {kName, R"(code="3",name="ID_GENERATION_ERROR")", kHelp},
    {kName, R"(code="3",name="MIDDLEWARE_FAILURE")", kHelp},
    {kName, R"(code="4",name="FORBIDDEN")", kHelp},
    {kName, R"(code="5",name="UNSUPPORTED_PROTOCOL_VERSION")", kHelp},
};

}  // namespace

void count(transport::Refusal refusal) { kCounters[static_cast<size_t>(refusal)].add(); }

}  // namespace crema::server
