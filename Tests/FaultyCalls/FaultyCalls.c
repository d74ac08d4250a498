#define _GNU_SOURCE
#include "FaultyCalls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <unistd.h>

static struct FaultyCallsPlan *plan;
static char folder[PATH_MAX];

#define ORIGINAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void read_plan(void) {
  const char *path = getenv("FAULTY_CALLS_PLAN");
  const char *below = getenv("FAULTY_CALLS_FOLDER");
  if (path == NULL || below == NULL) return;
  int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void *start = ORIGINAL(mmap)(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (start == MAP_FAILED) return;
  snprintf(folder, sizeof folder, "%s/", below);
  plan = start;
}

/// Counts a call about `path`; true, with errno set, when it is to fail.
static bool fails(enum FaultyCallsKind kind, const char *path) {
  if (plan == NULL || strncmp(path, folder, strlen(folder)) != 0) return false;
  uint64_t number = atomic_fetch_add(&plan->counts[kind], 1);
  if (plan->kind != (int32_t)kind || number < plan->first || number >= plan->past) return false;
  errno = plan->code;
  return true;
}

static bool fails_on(enum FaultyCallsKind kind, int descriptor) {
  if (plan == NULL || descriptor < 0) return false;
  int before = errno;
  char link[64];
  char path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  errno = before;
  if (length < 0) return false;
  path[length] = 0;
  return fails(kind, path);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  return fails_on(FaultyCallsWrite, descriptor) ? -1 : ORIGINAL(write)(descriptor, bytes, count);
}

ssize_t read(int descriptor, void *bytes, size_t count) {
  return fails_on(FaultyCallsRead, descriptor) ? -1 : ORIGINAL(read)(descriptor, bytes, count);
}

int fsync(int descriptor) { return fails_on(FaultyCallsFsync, descriptor) ? -1 : ORIGINAL(fsync)(descriptor); }

int rename(const char *from, const char *to) {
  return fails(FaultyCallsRename, from) ? -1 : ORIGINAL(rename)(from, to);
}

void *mmap(void *start, size_t count, int protection, int flags, int descriptor, off_t offset) {
  if (fails_on(FaultyCallsMmap, descriptor)) return MAP_FAILED;
  return ORIGINAL(mmap)(start, count, protection, flags, descriptor, offset);
}

int flock(int descriptor, int operation) {
  if (plan == NULL || plan->locksAreMissing == 0) return ORIGINAL(flock)(descriptor, operation);
  errno = ENOLCK;
  return -1;
}

int inotify_add_watch(int descriptor, const char *path, uint32_t mask) {
  if (plan != NULL && plan->watchesAreSilent != 0) mask = IN_UNMOUNT | IN_DELETE_SELF;
  return ORIGINAL(inotify_add_watch)(descriptor, path, mask);
}
