// The program's options of Engine.IO, as the layers below take them.
#pragma once

#include "crema/http/cors.h"
#include "crema/http/request.h"
#include "crema/library/http.h"
#include "crema/library/options.h"
#include "crema/server/config.h"

#include <memory>
#include <string>

namespace crema::library {

class Core;

[[nodiscard]] HttpRequest copy_of(const http::Request& request, std::string address = {});
[[nodiscard]] http::Cors cors_of(const CorsOptions& options);
// Sets what concerns requests and their answers. Functions of the program are guarded, and what it
// decides once the server is gone is dropped: `core` is asked whether it is.
void set_engine_options(const Options& options, const std::weak_ptr<Core>& core,
                        server::Config& config);

}  // namespace crema::library
