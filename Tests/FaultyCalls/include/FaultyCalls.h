#pragma once

#include <stdatomic.h>
#include <stdint.h>

/// The calls that can be made to fail.
enum FaultyCallsKind { FaultyCallsWrite, FaultyCallsFsync, FaultyCallsRename, FaultyCallsMmap, FaultyCallsRead, FaultyCallsKinds };

/// What libFaultyCalls.so, when it is preloaded, does to the calls of a process and its children: the contents of the file
/// named by FAULTY_CALLS_PLAN, which all of them share. Calls count when they are about a path below FAULTY_CALLS_FOLDER.
struct FaultyCallsPlan {
  /// Calls of this kind, from number `first` to the one before `past`, fail with the error `code`.
  int32_t kind;
  int32_t code;
  uint64_t first;
  uint64_t past;
  /// Not 0: folders are watched without ever an event of what happens in them.
  uint64_t watchesAreSilent;
  /// Not 0: as on a file system without locks.
  uint64_t locksAreMissing;
  /// The calls so far.
  _Atomic uint64_t counts[FaultyCallsKinds];
};
