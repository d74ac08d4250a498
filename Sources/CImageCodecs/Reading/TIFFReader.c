#ifdef EASEL_TIFF

#include "TIFFReader.h"

#include <stdarg.h>
#include <stdio.h>

static int on_error(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)module;
  TIFFReader *reader = user;
  // The first says more than what comes of it.
  if (reader->base.failure->function != NULL) return 1;
  char message[256];
  vsnprintf(message, sizeof message, format, arguments);
  reader_fail(&reader->base, message);
  reader->base.failure->dataEndedEarly = reader->readsBeyondEnd || strstr(message, "Read error") != NULL;
  return 1;
}

/// libtiff only warns of damage in packed pixels.
static int on_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
  TIFFReader *reader = user;
  if (reader->readsPixels) return on_error(tiff, user, module, format, arguments);
  char message[256];
  vsnprintf(message, sizeof message, format, arguments);
  // Programs have tags of their own, which say nothing of the picture.
  if (strncmp(message, "Unknown field", 13) != 0) reader_warn(&reader->base, message);
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
  if (count > 0) memcpy(target, reader->base.bytes + reader->offset, (size_t)count);
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

static int on_map(thandle_t handle, void **bytes, toff_t *count) {
  TIFFReader *reader = handle;
  // libtiff only reads there.
  *bytes = (void *)(uintptr_t)reader->base.bytes;
  *count = reader->base.count;
  return 1;
}

static void on_unmap(thandle_t handle, void *bytes, toff_t count) {
  (void)handle;
  (void)bytes;
  (void)count;
}

static TIFF *open_in_memory(TIFFReader *reader) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL) return NULL;
  // A whole picture of 16-bit RGBA in one strip, and room for tables.
  size_t most = reader->base.maximumPixels < SIZE_MAX / 64 ? reader->base.maximumPixels * 8 + (64 << 20) : SIZE_MAX / 2;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)most);
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, reader);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, reader);
  TIFF *tiff = TIFFClientOpenExt(
      "picture", "r", reader, on_read, on_write, on_seek, on_close, on_size, on_map, on_unmap, options);
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

/// What the directory says of the samples, and whether they can be taken as they are.
static void describe_samples(TIFFReader *reader) {
  TIFF *tiff = reader->tiff;
  TIFFSamples *samples = &reader->samples;
  uint16_t format = SAMPLEFORMAT_UINT, planar = PLANARCONFIG_CONTIG, compression = COMPRESSION_NONE, inks = INKSET_CMYK;
  uint16_t extraCount = 0, *extras = NULL;
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &samples->photometric);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &samples->bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples->count);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_INKSET, &inks);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &extraCount, &extras);
  samples->areApart = planar == PLANARCONFIG_SEPARATE;
  switch (samples->photometric) {
  case PHOTOMETRIC_MINISBLACK:
  case PHOTOMETRIC_MINISWHITE:
    samples->colours = 1;
    break;
  case PHOTOMETRIC_RGB:
    samples->colours = 3;
    break;
  case PHOTOMETRIC_SEPARATED:
    samples->colours = inks == INKSET_CMYK ? 4 : 0;
    break;
  case PHOTOMETRIC_YCBCR:
    // libjpeg makes RGB of it.
    samples->colours =
        compression == COMPRESSION_JPEG && !samples->areApart &&
                TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB)
            ? 3
            : 0;
    break;
  default:
    break;
  }
  samples->alpha = samples->colours > 0 && extraCount > 0 && samples->count > samples->colours ? extras[0] : 0;
  bool isWhole = samples->bits == 8 || samples->bits == 16;
  samples->arePlain = samples->colours > 0 && samples->count >= samples->colours && isWhole &&
                      (format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID);
}

static void describe(TIFFReader *reader) {
  CImageCodecsHeader *header = &reader->base.header;
  const TIFFSamples *samples = &reader->samples;
  uint16_t orientation = 0;
  TIFFGetField(reader->tiff, TIFFTAG_IMAGEWIDTH, &header->width);
  TIFFGetField(reader->tiff, TIFFTAG_IMAGELENGTH, &header->height);
  TIFFGetField(reader->tiff, TIFFTAG_ORIENTATION, &orientation);
  header->bitDepth = samples->bits;
  header->orientation = orientation;
  header->isGrey =
      samples->photometric == PHOTOMETRIC_MINISBLACK || samples->photometric == PHOTOMETRIC_MINISWHITE;
  if (!samples->arePlain) {
    header->pixels = CImageCodecsPremultipliedRGBA;
  } else if (samples->colours == 4) {
    header->pixels = CImageCodecsCMYK;
  } else if (samples->alpha == EXTRASAMPLE_ASSOCALPHA) {
    header->pixels = CImageCodecsPremultipliedRGBA;
  } else {
    header->pixels = samples->alpha == EXTRASAMPLE_UNASSALPHA ? CImageCodecsRGBA : CImageCodecsRGB;
  }
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
  describe_samples(reader);
  describe(reader);
  char message[1024] = "";
  base->function = "TIFFRGBAImageOK";
  bool isLab = reader->samples.photometric == PHOTOMETRIC_CIELAB || reader->samples.photometric == PHOTOMETRIC_ICCLAB;
  if (isLab) return fail_unsupported(reader, "CIELab colours");
  if (!reader->samples.arePlain && !TIFFRGBAImageOK(reader->tiff, message)) return fail_unsupported(reader, message);
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

uint32_t tiff_band_height(TIFFReader *reader) {
  uint32_t rows = 0;
  if (TIFFIsTiled(reader->tiff)) {
    TIFFGetField(reader->tiff, TIFFTAG_TILELENGTH, &rows);
  } else {
    TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_ROWSPERSTRIP, &rows);
  }
  return rows == 0 || rows > reader->base.header.height ? reader->base.header.height : rows;
}

bool tiff_note_damage(TIFFReader *reader, uint32_t row) {
  CImageCodecsFailure *failure = reader->base.failure;
  if (failure->function == NULL) reader_fail(&reader->base, "the rows cannot be read");
  if (!reader->hasDamage) failure->rowsPresent = row;
  reader->hasDamage = true;
  return reader->base.acceptsDamage && failure->rowsPresent > 0;
}

/// libtiff's own conversion to RGBA, in the order in which the rows are stored.
static bool read_rgba(TIFFReader *reader, uint8_t *pixels) {
  uint32_t width = reader->base.header.width, height = reader->base.header.height, band = tiff_band_height(reader);
  char message[1024] = "";
  TIFFRGBAImage image;
  reader->base.function = "TIFFRGBAImageBegin";
  if (!TIFFRGBAImageBegin(&image, reader->tiff, 1, message)) return fail_unsupported(reader, message);
  image.req_orientation = image.orientation;
  reader->base.function = "TIFFRGBAImageGet";
  bool goesOn = true;
  for (uint32_t row = 0; row < height && goesOn; row += band) {
    uint32_t rows = height - row < band ? height - row : band;
    image.row_offset = (int)row;
    // libtiff counts in words of a byte a channel, red lowest: on a little-endian machine, R G B A.
    int isRead = TIFFRGBAImageGet(&image, (uint32_t *)(void *)(pixels + (size_t)row * width * 4), width, rows);
    if (!isRead || reader->base.failure->function != NULL) goesOn = tiff_note_damage(reader, row) && isRead;
  }
  TIFFRGBAImageEnd(&image);
  return !reader->hasDamage || (reader->base.acceptsDamage && reader->base.failure->rowsPresent > 0);
}

static bool read_tiff_pixels(CImageCodecsReader *base, uint8_t *pixels) {
  TIFFReader *reader = (TIFFReader *)base;
  reader->readsPixels = true;
  return reader->samples.arePlain ? tiff_read_samples(reader, pixels) : read_rgba(reader, pixels);
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
