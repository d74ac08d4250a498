#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>

#include "ByteBuffer.h"
#include "../Failure.h"

enum { chunkBytes = 65536 };

/// libjpeg's own memory destination cannot be released safely after an error; this one can.
typedef struct {
  struct jpeg_compress_struct info;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
  ByteBuffer buffer;
  jmp_buf onError;
  const char *function;
  CImageCodecsFailure *failure;
} JPEGWriter;

static void on_error(j_common_ptr info) {
  JPEGWriter *writer = info->client_data;
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  cimagecodecs_fail(writer->failure, writer->function, message);
  longjmp(writer->onError, 1);
}

/// An encoder warns only about settings that it corrects itself.
static void on_message(j_common_ptr info, int level) {
  (void)info;
  (void)level;
}

static void provide_room(j_compress_ptr info) {
  JPEGWriter *writer = info->client_data;
  if (!byte_buffer_reserve(&writer->buffer, chunkBytes)) ERREXIT1(info, JERR_OUT_OF_MEMORY, 0);
  writer->destination.next_output_byte = writer->buffer.bytes + writer->buffer.count;
  writer->destination.free_in_buffer = chunkBytes;
}

static boolean on_full(j_compress_ptr info) {
  JPEGWriter *writer = info->client_data;
  writer->buffer.count += chunkBytes;
  provide_room(info);
  return TRUE;
}

static void on_end(j_compress_ptr info) {
  JPEGWriter *writer = info->client_data;
  writer->buffer.count += chunkBytes - writer->destination.free_in_buffer;
}

/// No chroma subsampling: painted pictures have fine coloured detail.
static void set_sampling_444(j_compress_ptr info) {
  for (int i = 0; i < info->num_components; i += 1) {
    info->comp_info[i].h_samp_factor = 1;
    info->comp_info[i].v_samp_factor = 1;
  }
}

static bool write_picture(JPEGWriter *writer, const CImageCodecsPicture *picture, int quality) {
  struct jpeg_compress_struct *info = &writer->info;
  if (setjmp(writer->onError) != 0) return false;
  info->err = jpeg_std_error(&writer->errors);
  info->client_data = writer;
  writer->errors.error_exit = on_error;
  writer->errors.emit_message = on_message;
  writer->function = "jpeg_create_compress";
  jpeg_create_compress(info);
  writer->destination.init_destination = provide_room;
  writer->destination.empty_output_buffer = on_full;
  writer->destination.term_destination = on_end;
  info->dest = &writer->destination;
  info->image_width = picture->width;
  info->image_height = picture->height;
  info->input_components = 3;
  info->in_color_space = JCS_RGB;
  writer->function = "jpeg_set_defaults";
  jpeg_set_defaults(info);
  jpeg_set_quality(info, quality, TRUE);
  info->optimize_coding = TRUE;
  set_sampling_444(info);
  writer->function = "jpeg_start_compress";
  jpeg_start_compress(info, TRUE);
  writer->function = "jpeg_write_scanlines";
  while (info->next_scanline < info->image_height) {
    JSAMPROW row = (JSAMPROW)picture->pixels + (size_t)info->next_scanline * picture->width * 3;
    jpeg_write_scanlines(info, &row, 1);
  }
  writer->function = "jpeg_finish_compress";
  jpeg_finish_compress(info);
  return true;
}

uint8_t *CImageCodecsEncodeJPEG(
    const CImageCodecsPicture *picture, int quality, size_t *count, CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = ""};
  JPEGWriter writer = {.failure = failure};
  bool done = write_picture(&writer, picture, quality);
  jpeg_destroy_compress(&writer.info);
  if (!done) {
    free(writer.buffer.bytes);
    return NULL;
  }
  *count = writer.buffer.count;
  return writer.buffer.bytes;
}
