#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include <jerror.h>

#include "Failure.h"

struct CImageCodecsJPEGReader {
  struct jpeg_decompress_struct info;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  int maximumScans;
  CImageCodecsHeader header;
  JOCTET *profile;
  unsigned int profileCount;
  bool warned;
  char warning[JMSG_LENGTH_MAX];
  jmp_buf onError;
  /// The call in progress, for `failure`.
  const char *function;
  CImageCodecsFailure *failure;
};

static void fail(CImageCodecsJPEGReader *reader, const char *message) {
  cimagecodecs_fail(reader->failure, reader->function, message);
  longjmp(reader->onError, 1);
}

static void on_error(j_common_ptr info) {
  CImageCodecsJPEGReader *reader = info->client_data;
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  reader->failure->dataEndedEarly = info->err->msg_code == JWRN_JPEG_EOF;
  fail(reader, message);
}

/// True for warnings after which every pixel is still what the encoder meant.
static bool is_harmless(int warning) {
  switch (warning) {
  case JWRN_ADOBE_XFORM:
  case JWRN_BOGUS_ICC:
  case JWRN_EXTRANEOUS_DATA:
  case JWRN_JFIF_MAJOR:
  case JWRN_TOO_MUCH_DATA:
    return true;
  default:
    return false;
  }
}

/// libjpeg only warns about missing and damaged data and fills the gap with grey: an error here.
static void on_message(j_common_ptr info, int level) {
  CImageCodecsJPEGReader *reader = info->client_data;
  if (level >= 0) return;
  if (!is_harmless(info->err->msg_code)) on_error(info);
  if (!reader->warned) info->err->format_message(info, reader->warning);
  reader->warned = true;
}

static void on_progress(j_common_ptr info) {
  CImageCodecsJPEGReader *reader = info->client_data;
  if (reader->info.input_scan_number > reader->maximumScans) fail(reader, "too many scans");
}

static void set_output(CImageCodecsJPEGReader *reader) {
  struct jpeg_decompress_struct *info = &reader->info;
  bool cmyk = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
  info->out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  reader->header = (CImageCodecsHeader){
      .width = info->image_width,
      .height = info->image_height,
      .channels = cmyk ? 4 : 3,
      .bitDepth = (uint32_t)info->data_precision,
      .cmykIsInverted = cmyk && info->saw_Adobe_marker,
  };
}

static bool read_header(CImageCodecsJPEGReader *reader, const uint8_t *bytes, size_t count) {
  if (setjmp(reader->onError) != 0) return false;
  struct jpeg_decompress_struct *info = &reader->info;
  info->err = jpeg_std_error(&reader->errors);
  info->client_data = reader;
  reader->errors.error_exit = on_error;
  reader->errors.emit_message = on_message;
  reader->function = "jpeg_create_decompress";
  jpeg_create_decompress(info);
  reader->function = "jpeg_mem_src";
  jpeg_mem_src(info, bytes, count);
  jpeg_save_markers(info, JPEG_APP0 + 1, 0xFFFF);
  jpeg_save_markers(info, JPEG_APP0 + 2, 0xFFFF);
  reader->function = "jpeg_read_header";
  jpeg_read_header(info, TRUE);
  reader->function = "jpeg_read_icc_profile";
  jpeg_read_icc_profile(info, &reader->profile, &reader->profileCount);
  set_output(reader);
  return true;
}

CImageCodecsJPEGReader *CImageCodecsJPEGReaderOpen(
    const uint8_t *bytes, size_t count, CImageCodecsHeader *header, CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = "calloc", .message = "out of memory"};
  CImageCodecsJPEGReader *reader = calloc(1, sizeof *reader);
  if (reader == NULL) return NULL;
  reader->failure = failure;
  if (!read_header(reader, bytes, count)) {
    CImageCodecsJPEGReaderClose(reader);
    return NULL;
  }
  *header = reader->header;
  return reader;
}

bool CImageCodecsJPEGReaderReadPixels(
    CImageCodecsJPEGReader *reader, uint8_t *pixels, int maximumScans, CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = ""};
  reader->failure = failure;
  if (setjmp(reader->onError) != 0) return false;
  struct jpeg_decompress_struct *info = &reader->info;
  reader->maximumScans = maximumScans;
  reader->progress.progress_monitor = on_progress;
  info->progress = &reader->progress;
  // A progressive picture keeps its coefficients: two bytes for each of up to four components.
  size_t rowBytes = (size_t)reader->header.width * reader->header.channels;
  info->mem->max_memory_to_use = (64L << 20) + 12L * reader->header.width * reader->header.height;
  reader->function = "jpeg_start_decompress";
  jpeg_start_decompress(info);
  if (info->output_width != reader->header.width || info->output_height != reader->header.height ||
      info->output_components != (int)reader->header.channels) {
    fail(reader, "unexpected output size");
  }
  reader->function = "jpeg_read_scanlines";
  while (info->output_scanline < info->output_height) {
    JSAMPROW row = pixels + info->output_scanline * rowBytes;
    jpeg_read_scanlines(info, &row, 1);
  }
  reader->function = "jpeg_finish_decompress";
  jpeg_finish_decompress(info);
  return true;
}

CImageCodecsSpan CImageCodecsJPEGReaderEXIF(CImageCodecsJPEGReader *reader) {
  static const uint8_t mark[] = {'E', 'x', 'i', 'f', 0, 0};
  for (jpeg_saved_marker_ptr marker = reader->info.marker_list; marker != NULL; marker = marker->next) {
    if (marker->marker != JPEG_APP0 + 1 || marker->data_length <= sizeof mark) continue;
    if (memcmp(marker->data, mark, sizeof mark) != 0) continue;
    return (CImageCodecsSpan){marker->data + sizeof mark, marker->data_length - sizeof mark};
  }
  return (CImageCodecsSpan){NULL, 0};
}

CImageCodecsSpan CImageCodecsJPEGReaderICCProfile(CImageCodecsJPEGReader *reader) {
  return (CImageCodecsSpan){reader->profile, reader->profileCount};
}

const char *CImageCodecsJPEGReaderWarning(CImageCodecsJPEGReader *reader) {
  return reader->warned ? reader->warning : NULL;
}

void CImageCodecsJPEGReaderClose(CImageCodecsJPEGReader *reader) {
  jpeg_destroy_decompress(&reader->info);
  free(reader->profile);
  free(reader);
}
