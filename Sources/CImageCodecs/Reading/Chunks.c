#include <stdlib.h>
#include <zlib.h>

#include "CImageCodecs.h"

enum { firstCapacity = 16384 };

uint8_t *CImageCodecsInflate(const uint8_t *bytes, size_t byteCount, size_t limit, size_t *count) {
  z_stream stream = {.next_in = (Bytef *)bytes, .avail_in = (uInt)byteCount};
  if (byteCount > UINT32_MAX || limit > UINT32_MAX || inflateInit(&stream) != Z_OK) return NULL;
  size_t capacity = limit < firstCapacity ? limit : firstCapacity;
  uint8_t *result = malloc(capacity + 1);
  int status = Z_OK;
  while (result != NULL && status == Z_OK) {
    stream.next_out = result + stream.total_out;
    stream.avail_out = (uInt)(capacity + 1 - stream.total_out);
    status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK || stream.avail_out > 0) break;
    if (capacity == limit) break;
    capacity = capacity < limit / 2 ? 2 * capacity : limit;
    uint8_t *larger = realloc(result, capacity + 1);
    if (larger == NULL) break;
    result = larger;
  }
  *count = stream.total_out;
  inflateEnd(&stream);
  if (status == Z_STREAM_END && *count <= limit) return result;
  free(result);
  return NULL;
}

uint32_t CImageCodecsCRC32(const uint8_t *bytes, size_t count) { return (uint32_t)crc32_z(0, bytes, count); }

uint8_t *CImageCodecsDeflate(const uint8_t *bytes, size_t byteCount, size_t *count) {
  uLongf packed = compressBound(byteCount);
  uint8_t *result = malloc(packed);
  if (result == NULL) return NULL;
  if (compress2(result, &packed, bytes, byteCount, Z_BEST_COMPRESSION) != Z_OK) {
    free(result);
    return NULL;
  }
  *count = packed;
  return result;
}
