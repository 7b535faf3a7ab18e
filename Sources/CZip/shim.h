// libzip, loaded when it is first used: it brings libcrypto, which would slow down every start.
#ifndef VISITLOG_CZIP_H
#define VISITLOG_CZIP_H

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <zip.h>

// The functions that are used, with the types that the library's header gives them.
#define VISITLOG_ZIP_FUNCTIONS(do) \
  do(zip_source_buffer_create) do(zip_source_free) do(zip_open_from_source) do(zip_discard) do(zip_stat) \
  do(zip_fopen_index) do(zip_fread) do(zip_fclose)

typedef struct {
#define VISITLOG_ZIP_POINTER(name) __typeof__(&name) name;
  VISITLOG_ZIP_FUNCTIONS(VISITLOG_ZIP_POINTER)
} visitlog_zip;

// Finds the functions; 0 when the library is missing.
static inline int visitlog_zip_load(visitlog_zip *library) {
  static const char *const names[] = {"libzip.so.5", "libzip.so.4", "libzip.so"};
  void *handle = NULL;
  for (int i = 0; i < 3 && !handle; i++) handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (!handle) return 0;
#define VISITLOG_ZIP_FIND(name) \
  if (!(library->name = (__typeof__(&name))dlsym(handle, #name))) return 0;
  VISITLOG_ZIP_FUNCTIONS(VISITLOG_ZIP_FIND)
  return 1;
}

// The archive in bytes that outlive it; NULL when they are none.
static inline zip_t *visitlog_zip_open(const visitlog_zip *library, const void *bytes, size_t count) {
  zip_source_t *source = library->zip_source_buffer_create(bytes, count, 0, NULL);
  if (!source) return NULL;
  zip_t *archive = library->zip_open_from_source(source, ZIP_RDONLY, NULL);
  if (!archive) library->zip_source_free(source);
  return archive;
}

static inline void visitlog_zip_close(const visitlog_zip *library, zip_t *archive) { library->zip_discard(archive); }

// The index of an entry and its sizes; -1 when there is none.
static inline int64_t visitlog_zip_find(
    const visitlog_zip *library, zip_t *archive, const char *name, uint64_t *size, uint64_t *packed) {
  zip_stat_t status;
  if (library->zip_stat(archive, name, 0, &status) != 0) return -1;
  if (!(status.valid & ZIP_STAT_INDEX) || !(status.valid & ZIP_STAT_SIZE)) return -1;
  *size = status.size;
  *packed = status.valid & ZIP_STAT_COMP_SIZE ? status.comp_size : 0;
  return (int64_t)status.index;
}

static inline zip_file_t *visitlog_zip_open_entry(const visitlog_zip *library, zip_t *archive, int64_t index) {
  return library->zip_fopen_index(archive, (zip_uint64_t)index, 0);
}

static inline int64_t visitlog_zip_read(const visitlog_zip *library, zip_file_t *entry, void *bytes, size_t count) {
  return library->zip_fread(entry, bytes, count);
}

static inline void visitlog_zip_close_entry(const visitlog_zip *library, zip_file_t *entry) {
  library->zip_fclose(entry);
}

#endif
