#ifndef CIMAGECODECS_FAILURE_H
#define CIMAGECODECS_FAILURE_H

#include <string.h>

#include "CImageCodecs.h"

/// What goes into logs and tables has no line ends, and no space at its end.
static inline void cimagecodecs_one_line(char *message) {
  size_t count = strlen(message);
  for (size_t i = 0; i < count; i += 1) {
    if ((unsigned char)message[i] < 0x20) message[i] = ' ';
  }
  while (count > 0 && message[count - 1] == ' ') message[--count] = '\0';
}

static inline void cimagecodecs_fail(CImageCodecsFailure *failure, const char *function, const char *message) {
  failure->function = function;
  strncpy(failure->message, message, sizeof failure->message - 1);
  failure->message[sizeof failure->message - 1] = '\0';
  cimagecodecs_one_line(failure->message);
}

#endif
