// SPDX-License-Identifier: GPL-2.0-only
//
// easel-inotify: writes what happens in folders to standard output, a line for each event. README.md beside this file has the
// protocol. A program of its own, because libinotifytools may be linked with programs under GPL version 2 only; it links that
// library and the C library, and nothing else.

#define _GNU_SOURCE

#include <errno.h>
#include <inotifytools/inotifytools.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

// Not IN_MODIFY, which floods. A hard link gives IN_CREATE alone.
static const int mask = (int)(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF |
                              IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK);

static void fail(const char *what, const char *reason) {
  fprintf(stderr, "easel-inotify: %s: %s\n", what, reason);
  exit(EXIT_FAILURE);
}

// Swift's package manager links C programs with Swift's runtime too, which is under another licence and not used here. What
// stands in this section goes before it on the linker's command line: libraries that nothing is taken from are left out.
__attribute__((used, section(".swift1_autolink_entries"))) static const char link_options[] = "-Wl,--as-needed";

// ---- Standard output: lines that end with NUL, gathered, so that a burst of events is few calls of write.

static char gathered[1 << 16];
static size_t gathered_bytes = 0;

// Waits while the reader is slow. The kernel's queue overflows meanwhile, at worst, and says so.
static void flush_lines(void) {
  size_t written = 0;
  while (written < gathered_bytes) {
    ssize_t count = write(STDOUT_FILENO, gathered + written, gathered_bytes - written);
    if (count >= 0) {
      written += (size_t)count;
    } else if (errno == EPIPE) {
      exit(EXIT_SUCCESS);  // Nobody listens any more.
    } else if (errno != EINTR) {
      fail("standard output", strerror(errno));
    }
  }
  gathered_bytes = 0;
}

static void put(const char *bytes, size_t count) {
  while (count > 0) {
    if (gathered_bytes == sizeof gathered) flush_lines();
    size_t part = sizeof gathered - gathered_bytes < count ? sizeof gathered - gathered_bytes : count;
    memcpy(gathered + gathered_bytes, bytes, part);
    gathered_bytes += part;
    bytes += part;
    count -= part;
  }
}

static void put_text(const char *text) { put(text, strlen(text)); }

static void end_line(void) { put("", 1); }

static void say(const char *word, const char *path) {
  put_text(word);
  put_text(" ");
  put_text(path);
  end_line();
}

// ---- What is watched. The library has such a table too, but confuses a folder with an earlier one of the same name.

struct watch {
  int number;
  char *path;
};

static struct watch *watches = NULL;
static size_t watch_count = 0;
static size_t watch_capacity = 0;

static struct watch *watch_with_number(int number) {
  for (size_t i = watch_count; i > 0; i--) {
    if (watches[i - 1].number == number) return &watches[i - 1];
  }
  return NULL;
}

static struct watch *watch_at(const char *path) {
  for (size_t i = watch_count; i > 0; i--) {
    if (strcmp(watches[i - 1].path, path) == 0) return &watches[i - 1];
  }
  return NULL;
}

static void forget(struct watch *watch) {
  free(watch->path);
  *watch = watches[--watch_count];
}

static void remember(int number, const char *path) {
  if (watch_count == watch_capacity) {
    watch_capacity = watch_capacity == 0 ? 64 : 2 * watch_capacity;
    watches = realloc(watches, watch_capacity * sizeof *watches);
    if (watches == NULL) fail("memory", strerror(errno));
  }
  char *copy = strdup(path);
  if (copy == NULL) fail("memory", strerror(errno));
  watches[watch_count++] = (struct watch){number, copy};
}

// ---- The library.

static int inotify_descriptor = -1;

// The library does not tell its descriptor, but poll needs it. It is the lowest number that is free; the kernel confirms it.
static void open_inotify(void) {
  int free_number = dup(STDERR_FILENO);
  if (free_number < 0) fail("descriptors", strerror(errno));
  close(free_number);
  if (!inotifytools_initialize()) fail("inotify", strerror(inotifytools_error()));
  char link[64];
  char target[64] = "";
  snprintf(link, sizeof link, "/proc/self/fd/%d", free_number);
  ssize_t length = readlink(link, target, sizeof target - 1);
  if (length < 0) fail(link, strerror(errno));
  if (strcmp(target, "anon_inode:inotify") != 0 && strcmp(target, "inotify") != 0) fail(link, "is not inotify's descriptor");
  inotify_descriptor = free_number;
}

static void end_watch(struct watch *watch) {
  int number = watch->number;
  forget(watch);
  inotifytools_remove_watch_by_wd(number);
}

static void refuse(const char *path, int error) {
  put_text("refused ");
  put_text(path);
  put_text(": ");
  put_text(strerror(error));
  end_line();
}

// Watches a folder, not what is below it: the library's recursive watches miss what happens while they are being set.
static bool begin_watch(const char *path) {
  if (!inotifytools_watch_file(path, mask)) {
    refuse(path, inotifytools_error());
    return false;
  }
  // For a folder that was deleted and made again the library tells the number of the old one. Asked a second time, the kernel
  // gives the number that is there.
  int number = inotify_add_watch(inotify_descriptor, path, (uint32_t)mask);
  if (number < 0) {
    refuse(path, errno);
    return false;
  }
  struct watch *same = watch_with_number(number);
  if (same != NULL) forget(same);
  // Another folder has come to this path; the old one may live on elsewhere.
  struct watch *old = watch_at(path);
  if (old != NULL) end_watch(old);
  remember(number, path);
  say("watching", path);
  return true;
}

static void report(const struct inotify_event *event) {
  if (event->mask & IN_Q_OVERFLOW) {
    put_text("overflow");
    end_line();
    return;
  }
  struct watch *watch = watch_with_number(event->wd);
  if (watch == NULL) return;  // Of a watch that was ended.
  if (event->mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) {
    say("gone", watch->path);
    // A folder that was moved is still watched, under a path that is not its own any more. Of all others the kernel has ended
    // the watch, or is about to; the library would complain about the attempt.
    if (event->mask & IN_MOVE_SELF) end_watch(watch); else forget(watch);
    return;
  }
  put_text(event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO) ? "complete " : "changed ");
  put_text(watch->path);
  if (event->len > 0) {
    put_text("/");
    put_text(event->name);
  }
  end_line();
}

// Reports what waits; false when there may be more. The library's own buffer must be empty before poll, which cannot see into
// it. One event at a time: asked for more, the library spins until they have come.
static bool report_all(void) {
  for (int i = 0; i < 4096; i++) {
    struct inotify_event *event = inotifytools_next_events(0, 1);
    if (event != NULL) {
      report(event);
    } else if (inotifytools_error() != EINTR) {
      return true;
    }
  }
  return false;
}

// ---- Standard input: `+PATH` begins a watch, `-PATH` ends it; each ends with NUL.

static void obey(const char *command) {
  if (command[0] == '+') {
    begin_watch(command + 1);
  } else if (command[0] == '-') {
    struct watch *watch = watch_at(command + 1);
    if (watch != NULL) end_watch(watch);
  } else {
    fail(command, "is no command; +PATH begins a watch, -PATH ends it");
  }
}

// Reads what is there, and does what is complete of it; false at the end of the input.
static bool read_commands(void) {
  static char text[1 << 16];
  static size_t text_bytes = 0;
  ssize_t count = read(STDIN_FILENO, text + text_bytes, sizeof text - text_bytes);
  if (count < 0) {
    if (errno == EINTR || errno == EAGAIN) return true;
    fail("standard input", strerror(errno));
  }
  if (count == 0) return false;
  text_bytes += (size_t)count;
  // What the kernel has ended by itself is forgotten before it is ended again, of which the library would complain.
  report_all();
  char *start = text;
  char *end;
  while ((end = memchr(start, 0, text_bytes - (size_t)(start - text))) != NULL) {
    obey(start);
    start = end + 1;
  }
  text_bytes -= (size_t)(start - text);
  if (text_bytes == sizeof text) fail("standard input", "a command is too long");
  memmove(text, start, text_bytes);
  return true;
}

static void run(bool reads_commands, int heartbeat_seconds) {
  struct pollfd descriptors[] = {
      {.fd = inotify_descriptor, .events = POLLIN},
      {.fd = STDOUT_FILENO, .events = 0},  // POLLERR when its reader has gone.
      {.fd = reads_commands ? STDIN_FILENO : -1, .events = POLLIN},
  };
  int patience = heartbeat_seconds > 0 ? 1000 * heartbeat_seconds : -1;
  while (true) {
    bool is_empty = report_all();
    flush_lines();
    int count = poll(descriptors, 3, is_empty ? patience : 0);
    if (count < 0 && errno != EINTR) fail("poll", strerror(errno));
    if (count == 0 && is_empty) {
      put_text("beat");
      end_line();
    }
    if (count <= 0) continue;
    if (descriptors[1].revents & (POLLERR | POLLNVAL)) return;
    if (descriptors[2].revents != 0 && !read_commands()) return;
  }
}

// ---- The command line.

static void refuse_usage(void) {
  fputs(
      "usage: easel-inotify [--heartbeat SECONDS] FOLDER...\n"
      "       easel-inotify [--heartbeat SECONDS] --stdin [FOLDER...]\n"
      "Writes what happens in the folders to standard output, with a NUL after each event.\n"
      "--stdin: takes +FOLDER and -FOLDER from standard input, each with a NUL after it, and ends with it.\n"
      "--heartbeat: writes \"beat\" after so many seconds without an event (10; 0: never).\n",
      stderr);
  exit(2);
}

static int seconds_from(const char *text) {
  char *end;
  long seconds = text == NULL ? -1 : strtol(text, &end, 10);
  if (seconds < 0 || seconds > 86400 || end == text || *end != 0) refuse_usage();
  return (int)seconds;
}

int main(int argument_count, char **arguments) {
  bool reads_commands = false;
  int heartbeat_seconds = 10;
  int first = 1;
  for (; first < argument_count && strncmp(arguments[first], "--", 2) == 0; first++) {
    if (strcmp(arguments[first], "--stdin") == 0) {
      reads_commands = true;
    } else if (strcmp(arguments[first], "--heartbeat") == 0) {
      heartbeat_seconds = seconds_from(arguments[++first]);
    } else if (strcmp(arguments[first], "--") == 0) {
      first++;
      break;
    } else {
      refuse_usage();
    }
  }
  if (first == argument_count && !reads_commands) refuse_usage();
  // A reader that has gone is an error of write then, and no signal.
  signal(SIGPIPE, SIG_IGN);
  open_inotify();
  for (; first < argument_count; first++) begin_watch(arguments[first]);
  flush_lines();
  if (watch_count == 0 && !reads_commands) fail("nothing to watch", "all folders were refused");
  run(reads_commands, heartbeat_seconds);
  return EXIT_SUCCESS;
}
