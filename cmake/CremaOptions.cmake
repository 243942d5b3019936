# How everything is compiled: language, warnings, sanitizers, ccache.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

set(CREMA_SANITIZE "" CACHE STRING "Sanitizers for every target, e.g. address,undefined or thread")
option(CREMA_FUZZ "Build the libFuzzer targets (clang only, protocol column only)" OFF)
option(CREMA_PIC "Position-independent code: the library in a shared object" OFF)
option(CREMA_PROTOCOL_ONLY "Configure the protocol column only" OFF)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                    -Werror)
# Not position independent: a smaller process (architecture, section 1.4).
if(CREMA_PIC)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
elseif(NOT CREMA_SANITIZE AND NOT CREMA_FUZZ)
  add_compile_options(-fno-pie)
  # One file that needs glibc only.
  add_link_options(-no-pie -static-libstdc++ -static-libgcc)
endif()

# What nothing calls stays out of the binary: a tenth of it, most of that OpenSSL's.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-Wl,--gc-sections)
endif()

if(CREMA_SANITIZE)
  add_compile_options(-fsanitize=${CREMA_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CREMA_SANITIZE})
  if(CREMA_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)  # Asio's fences; g++ 12 cannot instrument them.
  endif()
endif()

if(CREMA_FUZZ)
  # Every layer reports its branches to libFuzzer; only the targets in fuzz/ link its main().
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(CREMA_CCACHE ccache)
if(CREMA_CCACHE)
  # Precompiled headers are cached only when ccache may look past their defines and times.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CREMA_CCACHE})
  add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endif()
