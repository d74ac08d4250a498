#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

#include "Failure.h"

struct CImageCodecsPNGReader {
  png_structp png;
  png_infop info;
  const uint8_t *bytes;
  size_t count;
  size_t offset;
  CImageCodecsHeader header;
  jmp_buf onError;
  /// The call in progress, for `failure`.
  const char *function;
  CImageCodecsFailure *failure;
};

static void on_error(png_structp png, png_const_charp message) {
  CImageCodecsPNGReader *reader = png_get_error_ptr(png);
  cimagecodecs_fail(reader->failure, reader->function, message);
  longjmp(reader->onError, 1);
}

/// libpng warns about ancillary chunks that it leaves out; the pixels are not touched by them.
static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void on_read(png_structp png, png_bytep target, size_t count) {
  CImageCodecsPNGReader *reader = png_get_io_ptr(png);
  if (count > reader->count - reader->offset) {
    reader->failure->dataEndedEarly = true;
    png_error(png, "the data end before the picture does");
  }
  memcpy(target, reader->bytes + reader->offset, count);
  reader->offset += count;
}

/// Bounds what ancillary chunks may cost, and skips the ones that nobody here reads.
static void limit_chunks(png_structp png) {
  static const png_byte unread[] = "tEXt\0zTXt\0iTXt\0sPLT\0hIST";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, unread, 5);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_cache_max(png, 128);
  png_set_chunk_malloc_max(png, 16 << 20);
}

/// Asks libpng for 8-bit RGB or RGBA, whatever the file holds. Gamma is left alone.
static void set_transformations(png_structp png, png_infop info, CImageCodecsHeader *header) {
  int color = png_get_color_type(png, info);
  bool alpha = (color & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png, info, PNG_INFO_tRNS) != 0;
  png_set_expand(png);
  png_set_scale_16(png);
  if ((color & PNG_COLOR_MASK_COLOR) == 0) png_set_gray_to_rgb(png);
  header->width = png_get_image_width(png, info);
  header->height = png_get_image_height(png, info);
  header->bitDepth = png_get_bit_depth(png, info);
  header->channels = alpha ? 4 : 3;
}

static bool read_header(CImageCodecsPNGReader *reader) {
  if (setjmp(reader->onError) != 0) return false;
  reader->function = "png_create_read_struct";
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
  if (reader->png == NULL) {
    cimagecodecs_fail(reader->failure, reader->function, "out of memory");
    return false;
  }
  reader->function = "png_create_info_struct";
  reader->info = png_create_info_struct(reader->png);
  if (reader->info == NULL) {
    cimagecodecs_fail(reader->failure, reader->function, "out of memory");
    return false;
  }
  limit_chunks(reader->png);
  png_set_read_fn(reader->png, reader, on_read);
  reader->function = "png_read_info";
  png_read_info(reader->png, reader->info);
  set_transformations(reader->png, reader->info, &reader->header);
  return true;
}

CImageCodecsPNGReader *CImageCodecsPNGReaderOpen(
    const uint8_t *bytes, size_t count, CImageCodecsHeader *header, CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = "calloc", .message = "out of memory"};
  CImageCodecsPNGReader *reader = calloc(1, sizeof *reader);
  if (reader == NULL) return NULL;
  reader->bytes = bytes;
  reader->count = count;
  reader->failure = failure;
  if (!read_header(reader)) {
    CImageCodecsPNGReaderClose(reader);
    return NULL;
  }
  *header = reader->header;
  return reader;
}

bool CImageCodecsPNGReaderReadPixels(
    CImageCodecsPNGReader *reader, uint8_t *pixels, CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = ""};
  reader->failure = failure;
  if (setjmp(reader->onError) != 0) return false;
  reader->function = "png_read_update_info";
  int passes = png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);
  size_t rowBytes = (size_t)reader->header.width * reader->header.channels;
  if (png_get_rowbytes(reader->png, reader->info) != rowBytes) png_error(reader->png, "unexpected row size");
  reader->function = "png_read_row";
  for (int pass = 0; pass < passes; pass += 1) {
    for (size_t y = 0; y < reader->header.height; y += 1) png_read_row(reader->png, pixels + y * rowBytes, NULL);
  }
  reader->function = "png_read_end";
  png_read_end(reader->png, reader->info);
  return true;
}

CImageCodecsSpan CImageCodecsPNGReaderEXIF(CImageCodecsPNGReader *reader) {
  png_uint_32 count = 0;
  png_bytep bytes = NULL;
  if (png_get_eXIf_1(reader->png, reader->info, &count, &bytes) == 0) return (CImageCodecsSpan){NULL, 0};
  return (CImageCodecsSpan){bytes, count};
}

CImageCodecsSpan CImageCodecsPNGReaderICCProfile(CImageCodecsPNGReader *reader) {
  png_charp name = NULL;
  int compression = 0;
  png_bytep bytes = NULL;
  png_uint_32 count = 0;
  if (png_get_iCCP(reader->png, reader->info, &name, &compression, &bytes, &count) == 0) {
    return (CImageCodecsSpan){NULL, 0};
  }
  return (CImageCodecsSpan){bytes, count};
}

void CImageCodecsPNGReaderClose(CImageCodecsPNGReader *reader) {
  if (reader->png != NULL) png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader);
}
