// A file that becomes part of the binary: the assembler copies its bytes, so a build pays for their
// size in microseconds, not in parsing. For sources that cmake/CremaEmbed.cmake generates.
#pragma once

#include <cstdint>

// Declares the bytes of `file` as `name`, and how many they are as `name_size`. `name` is unique in
// the program.
#define CREMA_EMBED(name, file)                                         \
  __asm__(                                                              \
      ".section .rodata\n"                                              \
      "crema_" #name ": .incbin \"" file                                \
      "\"\n"                                                            \
      "crema_" #name                                                    \
      "_end: .byte 0\n"                                                 \
      ".balign 8\n"                                                     \
      "crema_" #name "_size: .8byte crema_" #name "_end - crema_" #name \
      "\n"                                                              \
      ".globl crema_" #name ", crema_" #name                            \
      "_size\n"                                                         \
      ".text\n");                                                       \
  extern "C" const char name[] __asm__("crema_" #name);                 \
  extern "C" const std::uint64_t name##_size __asm__("crema_" #name "_size")
