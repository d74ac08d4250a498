#ifndef CIMAGECODECS_BYTEBUFFER_H
#define CIMAGECODECS_BYTEBUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Bytes that grow as an encoder writes them.
typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
} ByteBuffer;

/// Makes room for `extra` more bytes. False when memory is short; the buffer is then as it was.
static inline bool byte_buffer_reserve(ByteBuffer *buffer, size_t extra) {
  if (extra > SIZE_MAX / 4 || buffer->count > SIZE_MAX / 4) return false;
  size_t needed = buffer->count + extra;
  if (needed <= buffer->capacity) return true;
  size_t capacity = needed < 32768 ? 65536 : 2 * needed;
  uint8_t *bytes = realloc(buffer->bytes, capacity);
  if (bytes == NULL) return false;
  buffer->bytes = bytes;
  buffer->capacity = capacity;
  return true;
}

static inline bool byte_buffer_append(ByteBuffer *buffer, const uint8_t *bytes, size_t count) {
  if (!byte_buffer_reserve(buffer, count)) return false;
  memcpy(buffer->bytes + buffer->count, bytes, count);
  buffer->count += count;
  return true;
}

#endif
