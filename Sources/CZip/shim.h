// libzip, loaded when it is first used: it brings libcrypto, which would slow down every start.
#ifndef VISITLOG_CZIP_H
#define VISITLOG_CZIP_H

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <zip.h>

static inline void *visitlog_zip_library(void) {
  static const char *const names[] = {"libzip.so.5", "libzip.so.4", "libzip.so"};
  for (int i = 0; i < 3; i++) {
    void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
  }
  return NULL;
}

// A function of the library with the type that its header gives it; only after visitlog_zip_is_there.
#define VISITLOG_ZIP(name) ((__typeof__(&name))dlsym(visitlog_zip_library(), #name))

static inline int visitlog_zip_is_there(void) { return visitlog_zip_library() != NULL; }

// The archive in bytes that outlive it; NULL when they are none.
static inline zip_t *visitlog_zip_open(const void *bytes, size_t count) {
  zip_source_t *source = VISITLOG_ZIP(zip_source_buffer_create)(bytes, count, 0, NULL);
  if (!source) return NULL;
  zip_t *archive = VISITLOG_ZIP(zip_open_from_source)(source, ZIP_RDONLY, NULL);
  if (!archive) VISITLOG_ZIP(zip_source_free)(source);
  return archive;
}

static inline void visitlog_zip_close(zip_t *archive) { VISITLOG_ZIP(zip_discard)(archive); }

// The index of an entry and its sizes; -1 when there is none.
static inline int64_t visitlog_zip_find(zip_t *archive, const char *name, uint64_t *size, uint64_t *packed) {
  zip_stat_t status;
  if (VISITLOG_ZIP(zip_stat)(archive, name, 0, &status) != 0) return -1;
  if (!(status.valid & ZIP_STAT_INDEX) || !(status.valid & ZIP_STAT_SIZE)) return -1;
  *size = status.size;
  *packed = status.valid & ZIP_STAT_COMP_SIZE ? status.comp_size : 0;
  return (int64_t)status.index;
}

static inline zip_file_t *visitlog_zip_open_entry(zip_t *archive, int64_t index) {
  return VISITLOG_ZIP(zip_fopen_index)(archive, (zip_uint64_t)index, 0);
}

static inline int64_t visitlog_zip_read(zip_file_t *entry, void *bytes, size_t count) {
  return VISITLOG_ZIP(zip_fread)(entry, bytes, count);
}

static inline void visitlog_zip_close_entry(zip_file_t *entry) { VISITLOG_ZIP(zip_fclose)(entry); }

#endif
