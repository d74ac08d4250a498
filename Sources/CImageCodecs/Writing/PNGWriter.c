#include <png.h>
#include <setjmp.h>

#include "ByteBuffer.h"
#include "../Failure.h"

typedef struct {
  png_structp png;
  png_infop info;
  ByteBuffer buffer;
  jmp_buf onError;
  const char *function;
  CImageCodecsFailure *failure;
} PNGWriter;

static void on_error(png_structp png, png_const_charp message) {
  PNGWriter *writer = png_get_error_ptr(png);
  cimagecodecs_fail(writer->failure, writer->function, message);
  longjmp(writer->onError, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void on_write(png_structp png, png_bytep bytes, size_t count) {
  PNGWriter *writer = png_get_io_ptr(png);
  if (!byte_buffer_append(&writer->buffer, bytes, count)) png_error(png, "out of memory");
}

static void on_flush(png_structp png) { (void)png; }

static bool is_little_endian(void) {
  const uint16_t one = 1;
  return *(const uint8_t *)&one == 1;
}

static bool write_picture(PNGWriter *writer, const CImageCodecsPicture *picture) {
  if (setjmp(writer->onError) != 0) return false;
  writer->function = "png_create_write_struct";
  writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, writer, on_error, on_warning);
  if (writer->png != NULL) writer->info = png_create_info_struct(writer->png);
  if (writer->info == NULL) {
    cimagecodecs_fail(writer->failure, writer->function, "out of memory");
    return false;
  }
  png_set_write_fn(writer->png, writer, on_write, on_flush);
  writer->function = "png_write_info";
  png_set_user_limits(writer->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(writer->png, writer->info, picture->width, picture->height, (int)picture->bitDepth,
               picture->hasAlpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (picture->isSRGB) png_set_sRGB(writer->png, writer->info, PNG_sRGB_INTENT_PERCEPTUAL);
  png_write_info(writer->png, writer->info);
  if (picture->bitDepth == 16 && is_little_endian()) png_set_swap(writer->png);
  writer->function = "png_write_row";
  size_t rowBytes = (size_t)picture->width * (picture->hasAlpha ? 4 : 3) * (picture->bitDepth / 8);
  for (size_t y = 0; y < picture->height; y += 1) {
    png_write_row(writer->png, (const uint8_t *)picture->pixels + y * rowBytes);
  }
  writer->function = "png_write_end";
  png_write_end(writer->png, writer->info);
  return true;
}

uint8_t *CImageCodecsEncodePNG(const CImageCodecsPicture *picture, size_t *count, CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = ""};
  PNGWriter writer = {.failure = failure};
  bool done = write_picture(&writer, picture);
  if (writer.png != NULL) png_destroy_write_struct(&writer.png, &writer.info);
  if (!done) {
    free(writer.buffer.bytes);
    return NULL;
  }
  *count = writer.buffer.count;
  return writer.buffer.bytes;
}
