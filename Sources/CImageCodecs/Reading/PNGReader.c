#include <png.h>
#include <setjmp.h>

#include "Reader.h"

typedef struct {
  /// The window that the zlib header announces is not believed: some writers announce less than their data need.
  bool ignoresWindow;
  /// Nor is the sum at the end of the zlib data; the chunks have one each.
  bool ignoresAdler;
  /// In small bites, so that every row is found before the end of a cut-off file.
  bool isCutOff;
} Leniency;

typedef struct {
  CImageCodecsReader base;
  png_structp png;
  png_infop info;
  size_t offset;
  /// How the pixels are read the second time, where the first has failed.
  Leniency leniency;
  bool hasWrongCRC;
  /// The zlib data do not end as they should, so that their sum proves nothing.
  bool hasOddEnd;
  jmp_buf onError;
} PNGReader;

static void on_error(png_structp png, png_const_charp message) {
  PNGReader *reader = png_get_error_ptr(png);
  bool isApples = strncmp(message, "CgBI", 4) == 0;
  reader->base.failure->isUnsupported = isApples;
  reader_fail(&reader->base, isApples ? "Apple's own PNG, CgBI" : message);
  longjmp(reader->onError, 1);
}

static bool is_about_adler(const char *message) { return strstr(message, "incorrect data check") != NULL; }

/// libpng warns about ancillary chunks that it leaves out; the pixels are not touched by them.
static void on_warning(png_structp png, png_const_charp message) {
  PNGReader *reader = png_get_error_ptr(png);
  bool isCRC = strcmp(message, "IDAT: CRC error") == 0;
  reader->hasWrongCRC = reader->hasWrongCRC || isCRC;
  reader->hasOddEnd = reader->hasOddEnd || (!isCRC && strncmp(message, "IDAT", 4) == 0);
  reader_warn(&reader->base, message);
}

static void on_read(png_structp png, png_bytep target, size_t count) {
  PNGReader *reader = png_get_io_ptr(png);
  if (count > reader->base.count - reader->offset) {
    reader->base.failure->dataEndedEarly = true;
    png_error(png, "the data end before the picture does");
  }
  memcpy(target, reader->base.bytes + reader->offset, count);
  reader->offset += count;
}

/// Leaves out what libpng need not look at: colours and texts are read elsewhere, and it is strict with them.
static void limit_chunks(png_structp png) {
  static const png_byte unread[] = "tEXt\0zTXt\0iTXt\0sPLT\0hIST\0iCCP\0eXIf\0sRGB\0gAMA\0cHRM\0tIME\0pHYs\0oFFs\0pCAL\0sCAL\0sBIT\0bKGD";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, unread, sizeof unread / 5);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_cache_max(png, 128);
  png_set_chunk_malloc_max(png, 16 << 20);
}

/// Asks libpng for 8-bit RGB or RGBA, whatever the file holds. Gamma is left alone.
static void set_transformations(PNGReader *reader) {
  CImageCodecsHeader *header = &reader->base.header;
  int color = png_get_color_type(reader->png, reader->info);
  bool alpha = (color & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(reader->png, reader->info, PNG_INFO_tRNS) != 0;
  png_set_expand(reader->png);
  png_set_scale_16(reader->png);
  header->isGrey = (color & PNG_COLOR_MASK_COLOR) == 0;
  if (header->isGrey) png_set_gray_to_rgb(reader->png);
  header->width = png_get_image_width(reader->png, reader->info);
  header->height = png_get_image_height(reader->png, reader->info);
  header->bitDepth = png_get_bit_depth(reader->png, reader->info);
  header->pixels = alpha ? CImageCodecsRGBA : CImageCodecsRGB;
}

static bool open_png(CImageCodecsReader *base) {
  PNGReader *reader = (PNGReader *)base;
  if (setjmp(reader->onError) != 0) return false;
  base->function = "png_create_read_struct";
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
  if (reader->png != NULL) reader->info = png_create_info_struct(reader->png);
  if (reader->info == NULL) {
    reader_fail(base, "out of memory");
    return false;
  }
  limit_chunks(reader->png);
  if (reader->leniency.ignoresWindow) png_set_option(reader->png, PNG_MAXIMUM_INFLATE_WINDOW, PNG_OPTION_ON);
  if (reader->leniency.ignoresAdler) png_set_option(reader->png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
  if (reader->leniency.isCutOff) png_set_compression_buffer_size(reader->png, 64);
  png_set_read_fn(reader->png, reader, on_read);
  base->function = "png_read_info";
  png_read_info(reader->png, reader->info);
  // From here on the sum of each chunk is but one of two: zlib's own tells too whether the pixels are right.
  png_set_crc_action(reader->png, PNG_CRC_WARN_USE, PNG_CRC_DEFAULT);
  set_transformations(reader);
  return true;
}

/// True when the rows that are there are all that matters: they were read, or the caller takes them as they are.
static bool can_go_on(PNGReader *reader, size_t row, int pass) {
  CImageCodecsReader *base = &reader->base;
  bool isInterlaced = png_get_interlace_type(reader->png, reader->info) != PNG_INTERLACE_NONE;
  base->failure->rowsPresent = pass > 0 ? base->header.height : isInterlaced ? 0 : (uint32_t)row;
  base->failure->isCoarse = pass > 0;
  return base->acceptsDamage && base->failure->rowsPresent > 0;
}

static bool read_rows(PNGReader *reader, uint8_t *pixels) {
  // Kept by longjmp.
  volatile size_t row = 0;
  volatile int pass = 0;
  if (setjmp(reader->onError) != 0) return can_go_on(reader, row, pass);
  reader->base.function = "png_read_update_info";
  int passes = png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);
  size_t height = reader->base.header.height;
  size_t rowBytes = reader->base.header.width * CImageCodecsChannels(reader->base.header.pixels);
  if (png_get_rowbytes(reader->png, reader->info) != rowBytes) png_error(reader->png, "unexpected row size");
  reader->base.function = "png_read_row";
  for (pass = 0; pass < passes; pass += 1) {
    for (row = 0; row < height; row += 1) {
      // Of an interlaced picture, blocks that later passes refine.
      png_bytep target = pixels + row * rowBytes;
      png_read_row(reader->png, passes == 1 ? target : NULL, passes == 1 ? NULL : target);
    }
  }
  return true;
}

/// What follows the last row touches no pixel.
static void read_end(PNGReader *reader) {
  CImageCodecsReader *base = &reader->base;
  if (setjmp(reader->onError) != 0) {
    reader->hasOddEnd = reader->hasOddEnd || !base->failure->dataEndedEarly;
    reader_warn(base, base->failure->message);
    *base->failure = (CImageCodecsFailure){.function = NULL};
    return;
  }
  base->function = "png_read_end";
  png_read_end(reader->png, NULL);
}

/// Whether the rows are what was written, as one of the two sums says.
static bool check_sums(PNGReader *reader) {
  if (!reader->hasWrongCRC || !reader->hasOddEnd) return true;
  reader_fail(&reader->base, "IDAT: CRC error");
  reader->base.failure->rowsPresent = reader->base.header.height;
  return reader->base.acceptsDamage;
}

static void close_png(CImageCodecsReader *base) {
  PNGReader *reader = (PNGReader *)base;
  if (reader->png != NULL) png_destroy_read_struct(&reader->png, &reader->info, NULL);
}

/// Reads the header again, to read the pixels with more leniency; false where that was tried.
static bool begin_again(PNGReader *reader) {
  CImageCodecsReader *base = &reader->base;
  Leniency *leniency = &reader->leniency;
  const char *message = base->failure->message;
  if (strstr(message, "too far back") != NULL && !leniency->ignoresWindow) {
    leniency->ignoresWindow = true;
    reader_warn(base, "IDAT: the zlib header announces too small a window");
  } else if (is_about_adler(message) && !leniency->ignoresAdler) {
    leniency->ignoresAdler = reader->hasOddEnd = true;
    reader_warn(base, message);
  } else if (base->failure->dataEndedEarly && !leniency->isCutOff) {
    leniency->isCutOff = true;
  } else {
    return false;
  }
  close_png(base);
  reader->offset = 0;
  *base->failure = (CImageCodecsFailure){.function = NULL};
  return open_png(base);
}

static bool read_png_pixels(CImageCodecsReader *base, uint8_t *pixels) {
  PNGReader *reader = (PNGReader *)base;
  bool hasRows = read_rows(reader, pixels);
  while (base->failure->function != NULL && begin_again(reader)) hasRows = read_rows(reader, pixels);
  if (!hasRows || base->failure->function != NULL) return hasRows;
  read_end(reader);
  return check_sums(reader);
}

const ReaderFunctions cimagecodecs_png_reader = {
    .readerSize = sizeof(PNGReader), .open = open_png, .read_pixels = read_png_pixels, .close = close_png};
