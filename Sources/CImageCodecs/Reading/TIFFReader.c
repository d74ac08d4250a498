#ifdef EASEL_TIFF

#include <stdarg.h>
#include <stdio.h>
#include <tiffio.h>

#include "Reader.h"

typedef struct {
  CImageCodecsReader base;
  TIFF *tiff;
  uint64_t offset;
  /// Something beyond the end of the file was asked for.
  bool readsBeyondEnd;
  /// A fourth channel that does not say what it is, and so is no transparency.
  bool hasUnknownChannel;
} TIFFReader;

static int on_error(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)module;
  TIFFReader *reader = user;
  // The first says more than what comes of it.
  if (reader->base.failure->function != NULL) return 1;
  char message[256];
  vsnprintf(message, sizeof message, format, arguments);
  reader_fail(&reader->base, message);
  reader->base.failure->dataEndedEarly = reader->readsBeyondEnd;
  return 1;
}

static int on_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)module;
  TIFFReader *reader = user;
  char message[256];
  vsnprintf(message, sizeof message, format, arguments);
  reader_warn(&reader->base, message);
  return 1;
}

static tmsize_t on_read(thandle_t handle, void *target, tmsize_t count) {
  TIFFReader *reader = handle;
  uint64_t left = reader->offset < reader->base.count ? reader->base.count - reader->offset : 0;
  if (count < 0) return 0;
  if ((uint64_t)count > left) {
    reader->readsBeyondEnd = true;
    count = (tmsize_t)left;
  }
  memcpy(target, reader->base.bytes + reader->offset, (size_t)count);
  reader->offset += (uint64_t)count;
  return count;
}

static tmsize_t on_write(thandle_t handle, void *source, tmsize_t count) {
  (void)handle;
  (void)source;
  (void)count;
  return 0;
}

static toff_t on_seek(thandle_t handle, toff_t offset, int whence) {
  TIFFReader *reader = handle;
  uint64_t start = whence == SEEK_CUR ? reader->offset : whence == SEEK_END ? reader->base.count : 0;
  if (offset > UINT64_MAX / 2) return (toff_t)-1;
  if (start + offset > reader->base.count) reader->readsBeyondEnd = true;
  // Nothing is read from beyond the end, however far.
  reader->offset = start + offset;
  return reader->offset;
}

static int on_close(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t on_size(thandle_t handle) { return ((TIFFReader *)handle)->base.count; }

static TIFF *open_in_memory(TIFFReader *reader) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL) return NULL;
  // A whole picture of 16-bit RGBA in one strip, and room for tables.
  size_t most = reader->base.maximumPixels < SIZE_MAX / 64 ? reader->base.maximumPixels * 8 + (64 << 20) : SIZE_MAX / 2;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)most);
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, reader);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, reader);
  TIFF *tiff = TIFFClientOpenExt(
      "picture", "rm", reader, on_read, on_write, on_seek, on_close, on_size, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}

/// Raw camera files are TIFF files whose first picture is a thumbnail.
static bool is_raw(TIFFReader *reader) {
  uint16_t count = 0;
  void *value = NULL;
  uint32_t kind = 0;
  bool isCanon = reader->base.count > 10 && memcmp(reader->base.bytes + 8, "CR", 2) == 0;
  bool isReduced = TIFFGetField(reader->tiff, TIFFTAG_SUBFILETYPE, &kind) && (kind & FILETYPE_REDUCEDIMAGE) != 0;
  return isCanon || TIFFGetField(reader->tiff, TIFFTAG_DNGVERSION, &value) ||
         (isReduced && TIFFGetField(reader->tiff, TIFFTAG_SUBIFD, &count, &value));
}

static bool fail_unsupported(TIFFReader *reader, const char *message) {
  *reader->base.failure = (CImageCodecsFailure){.isUnsupported = true};
  reader_fail(&reader->base, message);
  return false;
}

/// Four inks of 8 bits, one after the other: handed over as they are, for the profile that says what they look like.
static bool is_plain_cmyk(TIFF *tiff) {
  uint16_t photometric = 0, bits = 0, samples = 0, planar = PLANARCONFIG_CONTIG;
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
  return photometric == PHOTOMETRIC_SEPARATED && bits == 8 && samples == 4 && planar == PLANARCONFIG_CONTIG &&
         !TIFFIsTiled(tiff);
}

static void describe(TIFFReader *reader) {
  CImageCodecsHeader *header = &reader->base.header;
  uint16_t photometric = 0, bits = 8, orientation = 0, extraCount = 0;
  uint16_t *extras = NULL;
  TIFFGetField(reader->tiff, TIFFTAG_IMAGEWIDTH, &header->width);
  TIFFGetField(reader->tiff, TIFFTAG_IMAGELENGTH, &header->height);
  TIFFGetField(reader->tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetField(reader->tiff, TIFFTAG_ORIENTATION, &orientation);
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_EXTRASAMPLES, &extraCount, &extras);
  header->bitDepth = bits;
  header->orientation = orientation;
  header->isGrey = photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE;
  reader->hasUnknownChannel = extraCount > 0 && extras[0] == EXTRASAMPLE_UNSPECIFIED;
  header->pixels = is_plain_cmyk(reader->tiff) ? CImageCodecsCMYK : CImageCodecsPremultipliedRGBA;
}

/// Goes to the first picture that is neither a thumbnail nor a mask, and counts them.
static uint32_t find_pictures(TIFFReader *reader) {
  // A file of very many is not read through for a note.
  uint32_t directories = 1, pictures = 0;
  tdir_t first = 0;
  CImageCodecsFailure kept = *reader->base.failure;
  do {
    uint32_t kind = 0;
    TIFFGetField(reader->tiff, TIFFTAG_SUBFILETYPE, &kind);
    if ((kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0) continue;
    if (pictures == 0) first = TIFFCurrentDirectory(reader->tiff);
    pictures += 1;
  } while (directories++ < 100 && TIFFReadDirectory(reader->tiff));
  if (!TIFFSetDirectory(reader->tiff, first)) return 0;
  *reader->base.failure = kept;
  return pictures > 0 ? pictures : 1;
}

static bool open_tiff(CImageCodecsReader *base) {
  TIFFReader *reader = (TIFFReader *)base;
  base->function = "TIFFClientOpen";
  reader->tiff = open_in_memory(reader);
  if (reader->tiff == NULL) {
    if (base->failure->function == NULL) reader_fail(base, "it cannot be read as a TIFF file");
    return false;
  }
  if (is_raw(reader)) return fail_unsupported(reader, "a raw camera picture");
  base->function = "TIFFReadDirectory";
  base->header.pictureCount = find_pictures(reader);
  if (base->header.pictureCount == 0) return false;
  describe(reader);
  char message[1024] = "";
  base->function = "TIFFRGBAImageOK";
  if (!TIFFRGBAImageOK(reader->tiff, message)) return fail_unsupported(reader, message);
  // What was said of other things than pixels until now does not count.
  *base->failure = (CImageCodecsFailure){.function = NULL};
  return true;
}

static CImageCodecsSpan tiff_metadata(CImageCodecsReader *base, CImageCodecsMetadata kind) {
  TIFF *tiff = ((TIFFReader *)base)->tiff;
  uint32_t count = 0;
  void *bytes = NULL;
  bool isThere = (kind == CImageCodecsICCProfile && TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &count, &bytes)) ||
                 (kind == CImageCodecsXMP && TIFFGetField(tiff, TIFFTAG_XMLPACKET, &count, &bytes));
  return isThere ? (CImageCodecsSpan){bytes, count} : (CImageCodecsSpan){NULL, 0};
}

static bool fail_at(TIFFReader *reader, uint32_t row) {
  if (reader->base.failure->function == NULL) reader_fail(&reader->base, "the rows cannot be read");
  reader->base.failure->rowsPresent = row;
  return reader->base.acceptsDamage && row > 0;
}

static bool read_cmyk(TIFFReader *reader, uint8_t *pixels) {
  size_t rowBytes = (size_t)reader->base.header.width * 4;
  reader->base.function = "TIFFReadScanline";
  if ((size_t)TIFFScanlineSize(reader->tiff) != rowBytes) return fail_at(reader, 0);
  for (uint32_t y = 0; y < reader->base.header.height; y += 1) {
    if (TIFFReadScanline(reader->tiff, pixels + y * rowBytes, y, 0) < 0) return fail_at(reader, y);
  }
  return true;
}

/// Rows that are stored together: a strip, or a row of tiles.
static uint32_t band_height(TIFFReader *reader) {
  uint32_t rows = 0;
  if (TIFFIsTiled(reader->tiff)) {
    TIFFGetField(reader->tiff, TIFFTAG_TILELENGTH, &rows);
  } else {
    TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_ROWSPERSTRIP, &rows);
  }
  return rows == 0 || rows > reader->base.header.height ? reader->base.header.height : rows;
}

/// libtiff's own conversion to RGBA, in the order in which the rows are stored.
static bool read_rgba(TIFFReader *reader, uint8_t *pixels) {
  uint32_t width = reader->base.header.width, height = reader->base.header.height, band = band_height(reader);
  char message[1024] = "";
  TIFFRGBAImage image;
  reader->base.function = "TIFFRGBAImageBegin";
  if (!TIFFRGBAImageBegin(&image, reader->tiff, 1, message)) {
    reader_fail(&reader->base, message);
    return false;
  }
  image.req_orientation = image.orientation;
  reader->base.function = "TIFFRGBAImageGet";
  uint32_t row = 0;
  while (row < height) {
    uint32_t rows = height - row < band ? height - row : band;
    image.row_offset = (int)row;
    // libtiff counts in words of a byte a channel, red lowest: on a little-endian machine, R G B A.
    if (!TIFFRGBAImageGet(&image, (uint32_t *)(void *)(pixels + (size_t)row * width * 4), width, rows)) break;
    row += rows;
  }
  TIFFRGBAImageEnd(&image);
  for (size_t i = 0; reader->hasUnknownChannel && i < (size_t)width * height; i += 1) pixels[4 * i + 3] = 255;
  return row == height || fail_at(reader, row);
}

static bool read_tiff_pixels(CImageCodecsReader *base, uint8_t *pixels) {
  TIFFReader *reader = (TIFFReader *)base;
  bool isRead = base->header.pixels == CImageCodecsCMYK ? read_cmyk(reader, pixels) : read_rgba(reader, pixels);
  // An error that libtiff gets over by itself touches no pixel.
  if (isRead && base->failure->function != NULL && base->failure->rowsPresent == 0) {
    reader_warn(base, base->failure->message);
    *base->failure = (CImageCodecsFailure){.function = NULL};
  }
  return isRead;
}

static void close_tiff(CImageCodecsReader *base) {
  TIFFReader *reader = (TIFFReader *)base;
  if (reader->tiff != NULL) TIFFClose(reader->tiff);
}

const ReaderFunctions cimagecodecs_tiff_reader = {
    .readerSize = sizeof(TIFFReader),
    .open = open_tiff,
    .metadata = tiff_metadata,
    .read_pixels = read_tiff_pixels,
    .close = close_tiff,
};

#endif
