#pragma once

// Why C: Swift's Glibc leaves out eventfd(2), by which the inbox's thread is woken, and statfs(2), which tells network file
// systems.

#include <sys/eventfd.h>
#include <sys/vfs.h>
