#include "crema/app/start_pages.h"

#include <cstdint>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace crema::app {
namespace {

// Pages that nothing can have written to are those of the file: dropping them loses nothing.
void release(const dl_phdr_info& object, const ElfW(Phdr) & segment) {
  if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) return;
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const uintptr_t begin = (object.dlpi_addr + segment.p_vaddr) / page * page;
  const uintptr_t end = (object.dlpi_addr + segment.p_vaddr + segment.p_memsz) / page * page;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): an address of this program.
  if (begin < end) (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

// The first object is the program itself.
int release_first(dl_phdr_info* object, size_t, void*) {
  for (ElfW(Half) i = 0; i < object->dlpi_phnum; ++i) release(*object, object->dlpi_phdr[i]);
  return 1;
}

}  // namespace

void release_start_pages() noexcept { dl_iterate_phdr(release_first, nullptr); }

}  // namespace crema::app
