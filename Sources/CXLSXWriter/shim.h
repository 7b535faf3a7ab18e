// libxlsxwriter, loaded when it is first used: it brings libcrypto, which would slow down every start.
#ifndef VISITLOG_CXLSXWRITER_H
#define VISITLOG_CXLSXWRITER_H

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <xlsxwriter.h>

// The functions that are used, with the types that the library's header gives them.
#define VISITLOG_XLSX_FUNCTIONS(do) \
  do(workbook_new_opt) do(workbook_add_format) do(workbook_add_worksheet) do(workbook_set_properties) \
  do(workbook_validate_sheet_name) do(workbook_close) do(lxw_workbook_free) do(format_set_bold) do(format_set_num_format) \
  do(worksheet_write_string) do(worksheet_write_number) do(worksheet_write_boolean) do(worksheet_set_column) \
  do(worksheet_freeze_panes) do(worksheet_autofilter) do(lxw_strerror)

typedef struct {
#define VISITLOG_XLSX_POINTER(name) __typeof__(&name) name;
  VISITLOG_XLSX_FUNCTIONS(VISITLOG_XLSX_POINTER)
} visitlog_xlsx;

// Finds the functions; 0 when the library is missing. The version is that of the header, whose structures it goes by.
static inline int visitlog_xlsx_load(visitlog_xlsx *library) {
  void *handle = dlopen("libxlsxwriter.so." LXW_SOVERSION, RTLD_NOW | RTLD_LOCAL);
  if (!handle) return 0;
#define VISITLOG_XLSX_FIND(name) \
  if (!(library->name = (__typeof__(&name))dlsym(handle, #name))) return 0;
  VISITLOG_XLSX_FUNCTIONS(VISITLOG_XLSX_FIND)
  return 1;
}

// A workbook whose rows go to temporary files as they come.
static inline lxw_workbook *visitlog_xlsx_new(const visitlog_xlsx *library, const char *path) {
  lxw_workbook_options options = {.constant_memory = 1, .use_zip64 = 1};
  lxw_workbook *workbook = library->workbook_new_opt(path, &options);
  if (!workbook) return NULL;
  // The same cells give the same bytes: the day of entries of archives without one, 1980-01-01.
  lxw_doc_properties properties = {.created = 315532800};
  library->workbook_set_properties(workbook, &properties);
  return workbook;
}

static inline lxw_format *visitlog_xlsx_format(const visitlog_xlsx *library, lxw_workbook *workbook, const char *text) {
  lxw_format *format = library->workbook_add_format(workbook);
  if (format) library->format_set_num_format(format, text);
  return format;
}

static inline lxw_format *visitlog_xlsx_bold(const visitlog_xlsx *library, lxw_workbook *workbook) {
  lxw_format *format = library->workbook_add_format(workbook);
  if (format) library->format_set_bold(format);
  return format;
}

// NULL when there is no more memory, or the name is none for a sheet.
static inline lxw_worksheet *visitlog_xlsx_add_sheet(
    const visitlog_xlsx *library, lxw_workbook *workbook, const char *name) {
  if (library->workbook_validate_sheet_name(workbook, name) != LXW_NO_ERROR) return NULL;
  return library->workbook_add_worksheet(workbook, name);
}

static inline int visitlog_xlsx_text(
    const visitlog_xlsx *library, lxw_worksheet *sheet, uint32_t row, uint16_t column, const char *text,
    lxw_format *format) {
  return (int)library->worksheet_write_string(sheet, row, column, text, format);
}

static inline int visitlog_xlsx_number(
    const visitlog_xlsx *library, lxw_worksheet *sheet, uint32_t row, uint16_t column, double number,
    lxw_format *format) {
  return (int)library->worksheet_write_number(sheet, row, column, number, format);
}

static inline int visitlog_xlsx_boolean(
    const visitlog_xlsx *library, lxw_worksheet *sheet, uint32_t row, uint16_t column, int is_true) {
  return (int)library->worksheet_write_boolean(sheet, row, column, is_true, NULL);
}

// How wide a column is, and how cells without a format of their own show what is written there later.
static inline void visitlog_xlsx_column(
    const visitlog_xlsx *library, lxw_worksheet *sheet, uint16_t column, double width, lxw_format *format) {
  library->worksheet_set_column(sheet, column, column, width, format);
}

// Keeps the first row in sight, with buttons that filter the rows below it.
static inline void visitlog_xlsx_head(
    const visitlog_xlsx *library, lxw_worksheet *sheet, uint32_t last_row, uint16_t last_column) {
  library->worksheet_freeze_panes(sheet, 1, 0);
  library->worksheet_autofilter(sheet, 0, 0, last_row, last_column);
}

static inline void visitlog_xlsx_discard(const visitlog_xlsx *library, lxw_workbook *workbook) {
  library->lxw_workbook_free(workbook);
}

// Writes the file and frees the workbook; 0, or what is wrong.
static inline int visitlog_xlsx_close(const visitlog_xlsx *library, lxw_workbook *workbook) {
  return (int)library->workbook_close(workbook);
}

static inline const char *visitlog_xlsx_reason(const visitlog_xlsx *library, int error) {
  return library->lxw_strerror((lxw_error)error);
}

#endif
