# Every library from Debian 12, by the name layers use in LIBS. Header-only where Debian has no
# static build, static where it has: the binary needs glibc only (architecture, section 1.4).
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(GTest REQUIRED)
find_path(TL_EXPECTED_INCLUDE tl/expected.hpp REQUIRED)
find_path(HIREDIS_INCLUDE hiredis/hiredis.h REQUIRED)
find_library(HIREDIS_LIBRARY NAMES libhiredis.a REQUIRED)
find_path(CREMA_ZLIB_INCLUDE zlib.h REQUIRED)
find_library(CREMA_ZLIB_LIBRARY NAMES libz.a REQUIRED)
find_path(CREMA_OPENSSL_INCLUDE openssl/ssl.h REQUIRED)
find_library(CREMA_SSL_LIBRARY NAMES libssl.a REQUIRED)
find_library(CREMA_CRYPTO_LIBRARY NAMES libcrypto.a REQUIRED)
find_path(CLI11_INCLUDE CLI/CLI.hpp REQUIRED)

add_library(crema_dep_fmt INTERFACE)
target_link_libraries(crema_dep_fmt INTERFACE fmt::fmt-header-only)

add_library(crema_dep_spdlog INTERFACE)
# Not spdlog::spdlog_header_only: Debian's links the shared libfmt.
target_compile_definitions(crema_dep_spdlog INTERFACE SPDLOG_HEADER_ONLY SPDLOG_FMT_EXTERNAL)
target_link_libraries(crema_dep_spdlog INTERFACE fmt::fmt-header-only Threads::Threads)

add_library(crema_dep_expected INTERFACE)
target_include_directories(crema_dep_expected SYSTEM INTERFACE ${TL_EXPECTED_INCLUDE})

add_library(crema_dep_boost INTERFACE)
target_include_directories(crema_dep_boost SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})

# Boost.JSON header-only: one .cc of json/ includes its sources.
add_library(crema_dep_boost_json INTERFACE)
target_link_libraries(crema_dep_boost_json INTERFACE crema_dep_boost)
target_compile_definitions(crema_dep_boost_json INTERFACE BOOST_JSON_NO_LIB BOOST_CONTAINER_NO_LIB)

add_library(crema_dep_beast INTERFACE)
target_link_libraries(crema_dep_beast INTERFACE crema_dep_boost)

add_library(crema_dep_asio INTERFACE)
target_link_libraries(crema_dep_asio INTERFACE crema_dep_boost Threads::Threads)
target_compile_definitions(crema_dep_asio INTERFACE BOOST_ASIO_NO_DEPRECATED)
# Asio's functions are compiled once (net/asio_impl.cc) instead of in every file that uses them,
# which saves a tenth of such a file. In the release they stay inline.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(crema_dep_asio INTERFACE BOOST_ASIO_SEPARATE_COMPILATION)
endif()

add_library(crema_dep_hiredis INTERFACE)
target_include_directories(crema_dep_hiredis SYSTEM INTERFACE ${HIREDIS_INCLUDE})
target_link_libraries(crema_dep_hiredis INTERFACE ${HIREDIS_LIBRARY})

add_library(crema_dep_cli11 INTERFACE)
target_include_directories(crema_dep_cli11 SYSTEM INTERFACE ${CLI11_INCLUDE})

add_library(crema_dep_openssl INTERFACE)
target_include_directories(crema_dep_openssl SYSTEM INTERFACE ${CREMA_OPENSSL_INCLUDE})
target_link_libraries(crema_dep_openssl INTERFACE ${CREMA_SSL_LIBRARY} ${CREMA_CRYPTO_LIBRARY})

add_library(crema_dep_zlib INTERFACE)
target_include_directories(crema_dep_zlib SYSTEM INTERFACE ${CREMA_ZLIB_INCLUDE})
target_link_libraries(crema_dep_zlib INTERFACE ${CREMA_ZLIB_LIBRARY})
