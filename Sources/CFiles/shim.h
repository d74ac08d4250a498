#pragma once

// Why C: stdio.h shows renameat2(2) to those alone who define _GNU_SOURCE before anything else, which Swift does not.

#include <fcntl.h>

int renameat2(int oldFolder, const char *oldPath, int newFolder, const char *newPath, unsigned int flags);

/// Like rename(2), but a name that is taken is an error: EEXIST. EINVAL where the file system cannot do that. 0, or -1 with
/// errno.
static inline int CFilesRenameToFreeName(const char *source, const char *destination) {
  const unsigned int noReplace = 1;  // RENAME_NOREPLACE
  return renameat2(AT_FDCWD, source, AT_FDCWD, destination, noReplace);
}
