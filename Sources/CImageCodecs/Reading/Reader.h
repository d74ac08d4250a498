#ifndef CIMAGECODECS_READER_H
#define CIMAGECODECS_READER_H

#include "../Failure.h"

/// What each format's reader begins with.
struct CImageCodecsReader {
  const struct ReaderFunctions *functions;
  const uint8_t *bytes;
  size_t count;
  size_t maximumPixels;
  int maximumScans;
  CImageCodecsHeader header;
  bool acceptsDamage;
  /// The call in progress, for `failure`.
  const char *function;
  CImageCodecsFailure *failure;
  /// Empty where there is none.
  char warning[256];
};

typedef struct ReaderFunctions {
  /// Of the format's own struct, which begins with a CImageCodecsReader.
  size_t readerSize;
  bool (*open)(CImageCodecsReader *);
  /// NULL where the library has no metadata.
  CImageCodecsSpan (*metadata)(CImageCodecsReader *, CImageCodecsMetadata);
  bool (*read_pixels)(CImageCodecsReader *, uint8_t *pixels);
  void (*close)(CImageCodecsReader *);
} ReaderFunctions;

extern const ReaderFunctions cimagecodecs_png_reader;
extern const ReaderFunctions cimagecodecs_jpeg_reader;
extern const ReaderFunctions cimagecodecs_webp_reader;
extern const ReaderFunctions cimagecodecs_heif_reader;
extern const ReaderFunctions cimagecodecs_tiff_reader;

static inline void reader_fail(CImageCodecsReader *reader, const char *message) {
  cimagecodecs_fail(reader->failure, reader->function, message);
}

/// Keeps the first.
static inline void reader_warn(CImageCodecsReader *reader, const char *message) {
  if (reader->warning[0] != '\0') return;
  strncpy(reader->warning, message, sizeof reader->warning - 1);
  cimagecodecs_one_line(reader->warning);
}

#endif
