# What the scripts beside this file share. Sourced by bash, from the repository's root.

say() { printf '== %s\n' "$*" >&2; }

die() {
  printf '%s\n' "$*" >&2
  exit 2
}

# Compilers at once: CREMA_JOBS, or as many as there are cores and 1.5 GiB of free memory for each.
jobs_count() {
  local cores memory_kib
  if [ -n "${CREMA_JOBS:-}" ]; then
    echo "$CREMA_JOBS"
    return
  fi
  cores=$(nproc)
  memory_kib=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
  memory_kib=$((memory_kib / 1572864))
  [ "$memory_kib" -ge 1 ] || memory_kib=1
  [ "$memory_kib" -lt "$cores" ] && echo "$memory_kib" || echo "$cores"
}

# configure PRESET: runs CMake when the preset has no build yet or the presets changed since. After
# that ninja itself sees what in the tree asks for another run.
configure() {
  local build=build/$1
  if [ -e "$build/build.ninja" ] && [ "$build/build.ninja" -nt CMakePresets.json ]; then
    return
  fi
  say "configuring $build (its log: $build/configure.log)"
  mkdir -p "$build"
  if ! cmake --preset "$1" >"$build/configure.log" 2>&1; then
    cat "$build/configure.log" >&2
    return 1
  fi
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  configure "$preset" || return 1
  say "building build/$preset ${*:-(everything)}, $(jobs_count) at a time"
  ninja -C "build/$preset" -j "$(jobs_count)" "$@"
}

# Thread sanitizer maps memory where a kernel with much address randomisation may have put things.
without_aslr() {
  if setarch -R true 2>/dev/null; then
    setarch -R "$@"
  else
    "$@"
  fi
}
