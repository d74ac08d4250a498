#ifndef CIMAGECODECS_FAILURE_H
#define CIMAGECODECS_FAILURE_H

#include <string.h>

#include "CImageCodecs.h"

static inline void cimagecodecs_fail(CImageCodecsFailure *failure, const char *function, const char *message) {
  failure->function = function;
  strncpy(failure->message, message, sizeof failure->message - 1);
  failure->message[sizeof failure->message - 1] = '\0';
}

#endif
