#pragma once

// Why C: Swift's Glibc leaves out the calls for extended attributes, which hold access lists, and for the state of the clock.

#include <sys/timex.h>
#include <sys/xattr.h>
