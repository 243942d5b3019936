# One call per folder of crema/ says what that layer is; tools/layers.py reads the same lines,
# refuses any include they do not allow, and draws docs/architecture.md's graph from them.
#
#   crema_layer(engineio RANK 2 COLUMN protocol USES base json LIBS boost)
#
# RANK    a layer uses only layers of a lower rank.
# COLUMN  protocol (no I/O, no threads, no clock), io, or shared (base).
# USES    the folders whose headers it may include.
# LIBS    the outside libraries it may include (crema_dep_<name>).
# COLD    runs once, for a person who typed a command: a release compiles it for size.
# TEST_LABELS  more ctest labels for <layer>_test, e.g. shards: run under TSan too.
#
# Sources are every .cc of the folder; x_test.cc beside x.cc becomes part of <layer>_test.
function(crema_layer name)
  cmake_parse_arguments(LAYER "COLD" "RANK;COLUMN" "USES;LIBS;TEST_LABELS" ${ARGN})
  if(CREMA_PROTOCOL_ONLY AND LAYER_COLUMN STREQUAL "io")
    return()
  endif()

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$|/main\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")

  # A layer of headers only compiles nothing of its own.
  set(kind STATIC)
  set(scope PUBLIC)
  if(NOT sources)
    set(kind INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(crema_${name} ${kind} ${sources})
  target_include_directories(crema_${name} ${scope} "${PROJECT_SOURCE_DIR}")
  foreach(used IN LISTS LAYER_USES)
    target_link_libraries(crema_${name} ${scope} crema_${used})
  endforeach()
  foreach(lib IN LISTS LAYER_LIBS)
    target_link_libraries(crema_${name} ${scope} crema_dep_${lib})
  endforeach()
  # The header of the io column is Asio's; files alone need none of it.
  set(headers ${LAYER_COLUMN})
  if(headers STREQUAL "io" AND NOT "net" IN_LIST LAYER_USES AND NOT "asio" IN_LIST LAYER_LIBS)
    set(headers shared)
  endif()
  # They are compiled with what every layer has from base/.
  if(NOT name STREQUAL "base" AND NOT "base" IN_LIST LAYER_USES)
    set(headers "")
  endif()
  if(LAYER_COLD AND CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(crema_${name} PRIVATE -Os)  # And no header that was compiled otherwise.
  elseif(sources AND headers)
    crema_precompile(crema_${name} ${headers})
  endif()

  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE crema_${name} GTest::gmock GTest::gtest_main)
    if(headers)
      crema_precompile(${name}_test ${headers}_test)
    endif()
    add_test(NAME unit_${name} COMMAND ${name}_test)
    set_tests_properties(unit_${name} PROPERTIES LABELS "unit;${LAYER_COLUMN};${LAYER_TEST_LABELS}"
                                                 TIMEOUT 120)
    foreach(label IN LISTS LAYER_TEST_LABELS)
      crema_labelled(${label} ${name}_test)
    endforeach()
  endif()
endfunction()

# The target tests_<label> builds the programs whose tests carry the label, and no others.
function(crema_labelled label program)
  if(NOT TARGET tests_${label})
    add_custom_target(tests_${label})
  endif()
  add_dependencies(tests_${label} ${program})
endfunction()

# Asio, gtest and the standard library are parsed once per build, not once per file (a file that
# includes Asio takes 6 s, 19 s under ASan). Each column shares one precompiled header, its tests
# another.
function(crema_precompile target kind)
  if(CREMA_FUZZ)
    return()
  endif()
  set(asio "\"${PROJECT_SOURCE_DIR}/crema/net/asio.h\"")
  if(kind STREQUAL "io")
    set(headers "${asio}" <string> <vector> <memory> <functional>)
  elseif(kind STREQUAL "io_test")
    set(headers "${asio}" <gmock/gmock.h> <gtest/gtest.h> <string> <vector>)
  elseif(kind MATCHES "_test$")
    set(headers <gmock/gmock.h> <gtest/gtest.h> <string> <vector> <memory>)
  else()
    set(headers <algorithm> <array> <charconv> <chrono> <functional> <memory> <optional> <span>
                <string> <string_view> <unordered_map> <vector>)
  endif()
  # What is shared by both columns (base) is compiled as the protocol column is.
  string(REPLACE "shared" "protocol" host "crema_pch_${kind}")
  if(NOT TARGET ${host})
    file(WRITE "${CMAKE_BINARY_DIR}/pch/${host}.cc" "// Holds the precompiled header ${host}.\n")
    add_library(${host} OBJECT "${CMAKE_BINARY_DIR}/pch/${host}.cc")
    target_include_directories(${host} PRIVATE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${host} PRIVATE crema_dep_fmt crema_dep_spdlog crema_dep_expected)
    if(kind MATCHES "^io")
      target_link_libraries(${host} PRIVATE crema_dep_asio)
    endif()
    if(kind MATCHES "_test$")
      target_link_libraries(${host} PRIVATE GTest::gmock)
    endif()
    target_precompile_headers(${host} PRIVATE ${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${host})
endfunction()
