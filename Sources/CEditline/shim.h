// What Swift cannot say about libedit: variadic calls, the standard streams, and a signal handler.
//
// Functions here are `static inline`, so each object file that calls one has a copy of its own, with the copy's own
// static variables. Only `visitlog_signals_start` has such a variable; everything else is given the address it answers.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <wchar.h>

// ---- Signals: the handler only stores flags and wakes whoever polls the pipe.

typedef struct visitlog_signals {
  atomic_bool is_interrupted;
  atomic_bool is_resized;
  atomic_bool is_resumed;
  atomic_bool is_stopped;
  int wake_reader;
  int wake_writer;
  // The handler of the object file whose static record this is.
  void (*_Nullable handler)(int);
} visitlog_signals;

static inline visitlog_signals *_Nonnull visitlog_signals_storage(void) {
  static visitlog_signals signals = {.wake_reader = -1, .wake_writer = -1};
  return &signals;
}

static inline void visitlog_on_signal(int number) {
  int saved = errno;
  visitlog_signals *signals = visitlog_signals_storage();
  switch (number) {
  case SIGINT: atomic_store(&signals->is_interrupted, true); break;
  case SIGWINCH: atomic_store(&signals->is_resized, true); break;
  case SIGCONT: atomic_store(&signals->is_resumed, true); break;
  case SIGTSTP: atomic_store(&signals->is_stopped, true); break;
  }
  char byte = 0;
  if (signals->wake_writer >= 0 && write(signals->wake_writer, &byte, 1) < 0) {
    // A full pipe wakes as well.
  }
  errno = saved;
}

static inline bool visitlog_prepare_wake_pipe(visitlog_signals *_Nonnull signals) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  for (int i = 0; i < 2; i++) {
    fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    fcntl(ends[i], F_SETFL, O_NONBLOCK);
  }
  signals->wake_reader = ends[0];
  signals->wake_writer = ends[1];
  return true;
}

static inline void visitlog_handle(int number, void (*_Nonnull handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

// Takes over SIGINT, SIGWINCH and SIGCONT. To be called from one place of the program only, see above.
static inline visitlog_signals *_Nonnull visitlog_signals_start(void) {
  visitlog_signals *signals = visitlog_signals_storage();
  if (signals->wake_reader >= 0 || !visitlog_prepare_wake_pipe(signals)) return signals;
  signals->handler = visitlog_on_signal;
  visitlog_handle(SIGINT, visitlog_on_signal);
  visitlog_handle(SIGWINCH, visitlog_on_signal);
  visitlog_handle(SIGCONT, visitlog_on_signal);
  return signals;
}

static inline bool visitlog_interrupt_pending(const visitlog_signals *_Nonnull signals) {
  return atomic_load_explicit(&signals->is_interrupted, memory_order_relaxed);
}

static inline void visitlog_interrupt_clear(visitlog_signals *_Nonnull signals) {
  atomic_store(&signals->is_interrupted, false);
}

// Whether a signal of this kind came since it was last asked for.
static inline bool visitlog_take_resize(visitlog_signals *_Nonnull signals) {
  return atomic_exchange(&signals->is_resized, false);
}

static inline bool visitlog_take_resumption(visitlog_signals *_Nonnull signals) {
  return atomic_exchange(&signals->is_resumed, false);
}

static inline bool visitlog_take_stop(visitlog_signals *_Nonnull signals) {
  return atomic_exchange(&signals->is_stopped, false);
}

// While a line is edited Ctrl-Z is noted, so that the terminal can be given back first; else it stops the process at once.
static inline void visitlog_note_stops(visitlog_signals *_Nonnull signals, bool is_on) {
  visitlog_handle(SIGTSTP, is_on && signals->handler ? signals->handler : SIG_DFL);
}

// Stops the process; returns when it is continued.
static inline void visitlog_stop(visitlog_signals *_Nonnull signals) {
  visitlog_note_stops(signals, false);
  raise(SIGTSTP);
  visitlog_note_stops(signals, true);
}

// ---- Calls of variadic functions.

typedef char *_Nonnull (*visitlog_prompt_function)(EditLine *_Nonnull);
typedef int (*visitlog_read_function)(EditLine *_Nonnull, wchar_t *_Nonnull);
typedef unsigned char (*visitlog_key_function)(EditLine *_Nonnull, int);

// An editor that reads standard input and draws through `screen`; `owner` is found again through it.
static inline EditLine *_Nullable visitlog_editline(
    const char *_Nonnull program, FILE *_Nonnull screen, void *_Nonnull owner) {
  EditLine *line = el_init_fd(program, stdin, screen, stderr, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);
  if (!line) return NULL;
  el_set(line, EL_CLIENTDATA, owner);
  el_set(line, EL_EDITOR, "emacs");
  // Ctrl-S is a key of the search; while a line is edited there is no output to stop.
  el_set(line, EL_SETTY, "-d", "-ixon", NULL);
  return line;
}

static inline void *_Nullable visitlog_owner(EditLine *_Nonnull line) {
  void *owner = NULL;
  el_get(line, EL_CLIENTDATA, &owner);
  return owner;
}

static inline void visitlog_set_prompt(EditLine *_Nonnull line, visitlog_prompt_function _Nonnull prompt) {
  el_set(line, EL_PROMPT_ESC, prompt, '\1');
}

static inline void visitlog_set_reader(EditLine *_Nonnull line, visitlog_read_function _Nonnull reader) {
  el_set(line, EL_GETCFN, reader);
}

static inline void visitlog_add_function(
    EditLine *_Nonnull line, const char *_Nonnull name, const char *_Nonnull help, visitlog_key_function _Nonnull function) {
  el_set(line, EL_ADDFN, name, help, function);
}

static inline bool visitlog_has_vi_keys(EditLine *_Nonnull line) {
  const char *editor = NULL;
  return el_get(line, EL_EDITOR, &editor) == 0 && editor && strcmp(editor, "vi") == 0;
}

static inline void visitlog_bind(EditLine *_Nonnull line, const char *_Nonnull key, const char *_Nonnull command) {
  el_set(line, EL_BIND, key, command, NULL);
}

// In vi's command mode.
static inline void visitlog_bind_command(
    EditLine *_Nonnull line, const char *_Nonnull key, const char *_Nonnull command) {
  el_set(line, EL_BIND, "-a", key, command, NULL);
}

// Draws prompt and line anew from the first column of the row where the terminal's cursor is.
static inline void visitlog_redraw(EditLine *_Nonnull line) { el_set(line, EL_REFRESH); }

// Sets the terminal for editing, or gives it back.
static inline void visitlog_prepare_terminal(EditLine *_Nonnull line, bool is_on) {
  el_set(line, EL_PREP_TERM, is_on ? 1 : 0);
}

static inline History *_Nullable visitlog_history(EditLine *_Nonnull line, int size) {
  History *entries = history_init();
  if (!entries) return NULL;
  HistEvent event;
  history(entries, &event, H_SETSIZE, size);
  history(entries, &event, H_SETUNIQUE, 1);
  el_set(line, EL_HIST, history, entries);
  return entries;
}

static inline void visitlog_history_add(History *_Nonnull entries, const char *_Nonnull entry) {
  HistEvent event;
  history(entries, &event, H_ENTER, entry);
}

// The newest entry, and the one before that which was asked for last; `NULL` when there is none.
static inline const char *_Nullable visitlog_history_newest(History *_Nonnull entries) {
  HistEvent event;
  return history(entries, &event, H_FIRST) == 0 ? event.str : NULL;
}

static inline const char *_Nullable visitlog_history_older(History *_Nonnull entries) {
  HistEvent event;
  return history(entries, &event, H_NEXT) == 0 ? event.str : NULL;
}

static inline void visitlog_history_clear(History *_Nonnull entries) {
  HistEvent event;
  history(entries, &event, H_CLEAR);
}

// ---- The terminal

// How many columns it has, 80 when it does not say.
static inline int visitlog_terminal_columns(void) {
  struct winsize size;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// How many rows it has, 24 when it does not say.
static inline int visitlog_terminal_rows(void) {
  struct winsize size;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

// The columns that libedit counts for a character; -1 for what cannot be printed.
static inline int visitlog_width(wchar_t character) { return wcwidth(character); }

// The C library declares this under a feature macro that a module cannot set.
typedef struct visitlog_stream_functions {
  void *_Nullable read;
  ssize_t (*_Nullable write)(void *_Nonnull, const char *_Nonnull, size_t);
  void *_Nullable seek;
  void *_Nullable close;
} visitlog_stream_functions;

extern FILE *_Nullable visitlog_fopencookie(void *_Nonnull, const char *_Nonnull, visitlog_stream_functions)
    __asm__("fopencookie");

typedef ssize_t (*visitlog_write_function)(void *_Nonnull owner, const char *_Nonnull bytes, size_t count);

// A stream whose bytes go to a function; flushed when it is asked for. `NULL` when there is no memory.
static inline FILE *_Nullable visitlog_screen(void *_Nonnull owner, visitlog_write_function _Nonnull function) {
  visitlog_stream_functions functions = {.write = function};
  return visitlog_fopencookie(owner, "w", functions);
}

// ---- The locale.

// Text is UTF-8 here whatever the environment says.
static inline void visitlog_use_utf8(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return;
  if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, "en_US.UTF-8");
}

// ---- Processors

// How many processors this process may run on; 1 when the system does not say. The wrapper of the C library needs a
// feature macro that a module cannot set.
static inline int visitlog_processor_count(void) {
  unsigned char mask[8192];
  long size = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
  int count = 0;
  for (long i = 0; i < size; i++) count += __builtin_popcount(mask[i]);
  return count > 0 ? count : 1;
}
