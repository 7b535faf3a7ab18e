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
#include <poll.h>
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
  int wake_reader;
  int wake_writer;
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

// Takes over SIGINT, SIGWINCH and SIGCONT. To be called from one place of the program only, see above.
static inline visitlog_signals *_Nonnull visitlog_signals_start(void) {
  visitlog_signals *signals = visitlog_signals_storage();
  if (signals->wake_reader >= 0 || !visitlog_prepare_wake_pipe(signals)) return signals;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = visitlog_on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGWINCH, &action, NULL);
  sigaction(SIGCONT, &action, NULL);
  return signals;
}

static inline bool visitlog_interrupt_pending(const visitlog_signals *_Nonnull signals) {
  return atomic_load_explicit(&signals->is_interrupted, memory_order_relaxed);
}

static inline void visitlog_interrupt_clear(visitlog_signals *_Nonnull signals) {
  atomic_store(&signals->is_interrupted, false);
}

// ---- The editor's own record, found again through EL_CLIENTDATA.

typedef struct visitlog_editor {
  visitlog_signals *_Nonnull signals;
  // Ours while a line is read.
  const char *_Nullable prompt;
  int prompt_columns;
} visitlog_editor;

static inline visitlog_editor *_Nullable visitlog_editor_of(EditLine *_Nonnull line) {
  void *record = NULL;
  el_get(line, EL_CLIENTDATA, &record);
  return record;
}

static inline char *_Nonnull visitlog_prompt(EditLine *_Nonnull line) {
  visitlog_editor *editor = visitlog_editor_of(line);
  // libedit only reads what it is given here.
  return (char *)(editor && editor->prompt ? editor->prompt : "");
}

// libedit forgets what is on the screen when the size changes: the rows it drew are wiped first.
static inline void visitlog_redraw_resized(EditLine *_Nonnull line, int prompt_columns) {
  struct winsize size;
  long columns = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
  long cells = prompt_columns;
  const LineInfoW *info = el_wline(line);
  for (const wchar_t *at = info->buffer; at < info->cursor; at++) {
    int width = wcwidth(*at);
    if (width > 0) cells += width;
  }
  printf("\r");
  if (cells / columns > 0) printf("\033[%ldA", cells / columns);
  printf("\033[J");
  fflush(stdout);
  el_resize(line);
  el_set(line, EL_REFRESH);
}

static inline void visitlog_redraw_resumed(EditLine *_Nonnull line) {
  // Whoever had the terminal meanwhile has set it for himself.
  el_set(line, EL_PREP_TERM, 0);
  el_set(line, EL_PREP_TERM, 1);
  el_set(line, EL_REFRESH);
}

// Waits for a byte of input, meanwhile doing what signals ask for: 1 a byte, 0 the end, -1 interrupted or failed.
static inline int visitlog_next_byte(EditLine *_Nonnull line, visitlog_editor *_Nonnull editor, char *_Nonnull byte) {
  visitlog_signals *signals = editor->signals;
  for (;;) {
    if (visitlog_interrupt_pending(signals)) return -1;
    if (atomic_exchange(&signals->is_resumed, false)) visitlog_redraw_resumed(line);
    if (atomic_exchange(&signals->is_resized, false)) visitlog_redraw_resized(line, editor->prompt_columns);
    struct pollfd waits[2] = {{STDIN_FILENO, POLLIN, 0}, {signals->wake_reader, POLLIN, 0}};
    int ready = poll(waits, signals->wake_reader >= 0 ? 2 : 1, -1);
    if (ready < 0 && errno != EINTR) return -1;
    if (ready <= 0) continue;
    char dropped[64];
    if (waits[1].revents & POLLIN) {
      while (read(signals->wake_reader, dropped, sizeof dropped) > 0) {}
      continue;
    }
    ssize_t count = read(STDIN_FILENO, byte, 1);
    if (count >= 0) return (int)count;
    if (errno != EINTR && errno != EAGAIN) return -1;
  }
}

// One character of UTF-8; a byte that begins none is `?`.
static inline int visitlog_next_character(EditLine *_Nonnull line, wchar_t *_Nonnull character) {
  *character = 0;
  visitlog_editor *editor = visitlog_editor_of(line);
  if (!editor) return -1;
  char bytes[MB_LEN_MAX];
  for (size_t count = 0; count < sizeof bytes;) {
    int outcome = visitlog_next_byte(line, editor, &bytes[count]);
    if (outcome <= 0) return outcome;
    count++;
    mbstate_t state;
    memset(&state, 0, sizeof state);
    size_t length = mbrtowc(character, bytes, count, &state);
    if (length == (size_t)-2) continue;
    if (length == (size_t)-1) break;
    return 1;
  }
  *character = L'?';
  return 1;
}

// ---- Calls of variadic functions.

static inline EditLine *_Nullable visitlog_editline(const char *_Nonnull program, visitlog_editor *_Nonnull editor) {
  EditLine *line = el_init(program, stdin, stdout, stderr);
  if (!line) return NULL;
  el_set(line, EL_CLIENTDATA, editor);
  el_set(line, EL_PROMPT_ESC, visitlog_prompt, '\1');
  el_set(line, EL_EDITOR, "emacs");
  el_set(line, EL_GETCFN, visitlog_next_character);
  return line;
}

static inline void visitlog_bind(EditLine *_Nonnull line, const char *_Nonnull key, const char *_Nonnull command) {
  el_set(line, EL_BIND, key, command, NULL);
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

// ---- A paste that the terminal brackets comes in as one piece, line breaks and all.

static inline unsigned char visitlog_paste(EditLine *_Nonnull line, int key) {
  (void)key;
  static const wchar_t closing[] = L"\033[201~";
  const size_t closing_length = sizeof closing / sizeof closing[0] - 1;
  size_t count = 0, capacity = 256;
  wchar_t *text = malloc(capacity * sizeof *text);
  unsigned char outcome = CC_ERROR;
  wchar_t character;
  while (text && el_wgetc(line, &character) == 1) {
    if (count + 1 >= capacity) {
      wchar_t *larger = realloc(text, (capacity *= 2) * sizeof *text);
      if (!larger) break;
      text = larger;
    }
    text[count++] = character == L'\r' ? L'\n' : character;
    if (count >= closing_length
        && wmemcmp(text + count - closing_length, closing, closing_length) == 0) {
      text[count - closing_length] = 0;
      outcome = el_winsertstr(line, text) == 0 ? CC_REFRESH : CC_ERROR;
      break;
    }
  }
  free(text);
  return outcome;
}

static inline void visitlog_take_pastes(EditLine *_Nonnull line) {
  el_set(line, EL_ADDFN, "visitlog-paste", "insert a paste", visitlog_paste);
  el_set(line, EL_BIND, "\033[200~", "visitlog-paste", NULL);
}

// Whether a paste is to be bracketed; only while a line is read.
static inline void visitlog_bracket_pastes(bool is_on) {
  fputs(is_on ? "\033[?2004h" : "\033[?2004l", stdout);
  fflush(stdout);
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
