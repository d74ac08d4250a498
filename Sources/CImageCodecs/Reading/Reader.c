#include "Reader.h"

#include <stdlib.h>

static const ReaderFunctions *functions_of(CImageCodecsFormat format) {
  switch (format) {
  case CImageCodecsPNG:
    return &cimagecodecs_png_reader;
  case CImageCodecsJPEG:
    return &cimagecodecs_jpeg_reader;
#ifdef EASEL_WEBP
  case CImageCodecsWebP:
    return &cimagecodecs_webp_reader;
#endif
#ifdef EASEL_HEIF
  case CImageCodecsHEIF:
    return &cimagecodecs_heif_reader;
#endif
#ifdef EASEL_TIFF
  case CImageCodecsTIFF:
    return &cimagecodecs_tiff_reader;
#endif
  default:
    return NULL;
  }
}

bool CImageCodecsCanRead(CImageCodecsFormat format) { return functions_of(format) != NULL; }

CImageCodecsReader *CImageCodecsOpen(
    CImageCodecsFormat format, const uint8_t *bytes, size_t count, size_t maximumPixels, int maximumScans,
    CImageCodecsHeader *header, CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = "calloc", .message = "out of memory"};
  const ReaderFunctions *functions = functions_of(format);
  if (functions == NULL) return NULL;
  CImageCodecsReader *reader = calloc(1, functions->readerSize);
  if (reader == NULL) return NULL;
  *failure = (CImageCodecsFailure){.function = NULL};
  *reader = (CImageCodecsReader){
      .functions = functions,
      .bytes = bytes,
      .count = count,
      .maximumPixels = maximumPixels,
      .maximumScans = maximumScans,
      .header = {.pictureCount = 1, .bitDepth = 8, .colourPrimaries = 2, .transferCharacteristics = 2},
      .function = "",
      .failure = failure,
  };
  if (!functions->open(reader)) {
    CImageCodecsClose(reader);
    return NULL;
  }
  *header = reader->header;
  return reader;
}

CImageCodecsSpan CImageCodecsReadMetadata(CImageCodecsReader *reader, CImageCodecsMetadata kind) {
  if (reader->functions->metadata == NULL) return (CImageCodecsSpan){NULL, 0};
  return reader->functions->metadata(reader, kind);
}

/// Mid grey, opaque, for the rows that a damaged file has not.
static void fill_with_grey(uint8_t *pixels, const CImageCodecsHeader *header) {
  size_t count = (size_t)header->width * header->height;
  bool hasAlpha = header->pixels == CImageCodecsRGBA || header->pixels == CImageCodecsPremultipliedRGBA;
  memset(pixels, 128, count * CImageCodecsChannels(header->pixels));
  if (!hasAlpha) return;
  for (size_t i = 0; i < count; i += 1) pixels[4 * i + 3] = 255;
}

bool CImageCodecsReadPixels(
    CImageCodecsReader *reader, uint8_t *pixels, bool acceptsDamage, CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = NULL};
  reader->failure = failure;
  reader->acceptsDamage = acceptsDamage;
  fill_with_grey(pixels, &reader->header);
  return reader->functions->read_pixels(reader, pixels);
}

const char *CImageCodecsWarning(const CImageCodecsReader *reader) {
  return reader->warning[0] == '\0' ? NULL : reader->warning;
}

void CImageCodecsClose(CImageCodecsReader *reader) {
  reader->functions->close(reader);
  free(reader);
}

size_t CImageCodecsChannels(CImageCodecsPixels pixels) { return pixels == CImageCodecsRGB ? 3 : 4; }
