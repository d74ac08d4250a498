#pragma once

#include <sys/inotify.h>

#include <inotifytools/inotifytools.h>

// What the thread that waits for events needs besides, and Swift's Glibc leaves out.
#include <sys/eventfd.h>
#include <sys/vfs.h>
