#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include <jerror.h>

#include "Reader.h"

typedef struct {
  CImageCodecsReader base;
  struct jpeg_decompress_struct info;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  JOCTET *profile;
  unsigned int profileCount;
  /// The file ended before its end mark. libjpeg goes on with an end mark of its own.
  bool hasEnded;
  jmp_buf onError;
} JPEGReader;

static const char premature[] = "Premature end of JPEG file";

/// Rows of blocks before which a warning may have its cause: what does not fit to a restart marker is seen only there.
static size_t rows_in_doubt(const struct jpeg_decompress_struct *info) {
  int warning = info->err->msg_code;
  bool isSeenLate = warning == JWRN_EXTRANEOUS_DATA || warning == JWRN_MUST_RESYNC;
  if (!isSeenLate || info->MCUs_per_row == 0) return 0;
  return (info->restart_interval + info->MCUs_per_row - 1) / info->MCUs_per_row;
}

/// What was read in full until now: `rowsPresent` and `isCoarse`.
static void note_progress(JPEGReader *reader) {
  struct jpeg_decompress_struct *info = &reader->info;
  CImageCodecsFailure *failure = reader->base.failure;
  failure->dataEndedEarly = reader->hasEnded;
  failure->isCoarse = info->input_scan_number > 1;
  size_t doubtful = rows_in_doubt(info), blocks = info->input_iMCU_row > doubtful ? info->input_iMCU_row - doubtful : 0;
  size_t rows = blocks * (size_t)info->max_v_samp_factor * DCTSIZE;
  // The last row of halved chroma is blended with the one below.
  if (rows > 0 && rows < info->image_height && info->max_v_samp_factor > 1) rows -= 1;
  failure->rowsPresent = rows < info->image_height && !failure->isCoarse ? (uint32_t)rows : info->image_height;
}

static void on_error(j_common_ptr info) {
  JPEGReader *reader = info->client_data;
  CImageCodecsFailure *failure = reader->base.failure;
  // The first damage says more than what comes of it.
  if (failure->function == NULL) {
    char message[JMSG_LENGTH_MAX];
    info->err->format_message(info, message);
    reader_fail(&reader->base, reader->hasEnded ? premature : message);
    failure->dataEndedEarly = reader->hasEnded;
  }
  failure->rowsPresent = reader->info.output_scanline;
  failure->isCoarse = false;
  longjmp(reader->onError, 1);
}

static void fail(JPEGReader *reader, const char *message) {
  reader_fail(&reader->base, message);
  reader->base.failure->rowsPresent = 0;
  longjmp(reader->onError, 1);
}

/// True for warnings after which every pixel is still what the encoder meant.
static bool is_harmless(const struct jpeg_decompress_struct *info, int warning) {
  switch (warning) {
  case JWRN_EXTRANEOUS_DATA:
    // Between segments it belongs to nothing; within a scan it was part of one.
    return info->input_scan_number == 0 || info->input_iMCU_row >= info->total_iMCU_rows;
  case JWRN_ADOBE_XFORM:
  case JWRN_BOGUS_ICC:
  case JWRN_BOGUS_PROGRESSION:
  case JWRN_JFIF_MAJOR:
  case JWRN_NOT_SEQUENTIAL:
  case JWRN_TOO_MUCH_DATA:
    return true;
  default:
    return false;
  }
}

/// libjpeg only warns about missing and damaged data and fills the gap with grey.
static void on_message(j_common_ptr info, int level) {
  JPEGReader *reader = info->client_data;
  if (level >= 0) return;
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  if (info->err->msg_code == JWRN_JPEG_EOF) {
    // Nothing may be missing but the end mark; what is missing is warned about next.
    reader->hasEnded = true;
    reader_warn(&reader->base, message);
  } else if (is_harmless(&reader->info, info->err->msg_code)) {
    reader_warn(&reader->base, message);
  } else if (reader->base.failure->function == NULL) {
    reader_fail(&reader->base, reader->hasEnded ? premature : message);
    note_progress(reader);
    if (!reader->base.acceptsDamage || reader->base.failure->rowsPresent == 0) longjmp(reader->onError, 1);
  }
}

static void on_progress(j_common_ptr info) {
  JPEGReader *reader = info->client_data;
  if (reader->info.input_scan_number > reader->base.maximumScans) fail(reader, "too many scans");
}

static void set_output(JPEGReader *reader) {
  struct jpeg_decompress_struct *info = &reader->info;
  CImageCodecsHeader *header = &reader->base.header;
  bool cmyk = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
  info->out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  header->width = info->image_width;
  header->height = info->image_height;
  // With Adobe's marker or without: so do Chromium, Firefox, Skia, ImageMagick, libvips and Pillow.
  header->pixels = cmyk ? CImageCodecsInvertedCMYK : CImageCodecsRGB;
  header->isGrey = info->jpeg_color_space == JCS_GRAYSCALE;
  header->bitDepth = (uint32_t)info->data_precision;
}

static bool open_jpeg(CImageCodecsReader *base) {
  JPEGReader *reader = (JPEGReader *)base;
  struct jpeg_decompress_struct *info = &reader->info;
  if (setjmp(reader->onError) != 0) return false;
  info->err = jpeg_std_error(&reader->errors);
  info->client_data = reader;
  reader->errors.error_exit = on_error;
  reader->errors.emit_message = on_message;
  base->function = "jpeg_create_decompress";
  jpeg_create_decompress(info);
  base->function = "jpeg_mem_src";
  jpeg_mem_src(info, base->bytes, base->count);
  jpeg_save_markers(info, JPEG_APP0 + 1, 0xFFFF);
  jpeg_save_markers(info, JPEG_APP0 + 2, 0xFFFF);
  base->function = "jpeg_read_header";
  jpeg_read_header(info, TRUE);
  base->function = "jpeg_read_icc_profile";
  jpeg_read_icc_profile(info, &reader->profile, &reader->profileCount);
  set_output(reader);
  return true;
}

/// Whether everything was there although the file's end mark was not: each component with every bit of its numbers.
static bool is_complete(struct jpeg_decompress_struct *info) {
  for (int i = 0; i < info->num_components; i += 1) {
    if (info->comp_info[i].quant_table == NULL) return false;
    for (int k = 0; info->coef_bits != NULL && k < DCTSIZE2; k += 1) {
      if (info->coef_bits[i][k] != 0) return false;
    }
  }
  return true;
}

static void check_complete(JPEGReader *reader) {
  if (!reader->hasEnded || reader->base.failure->function != NULL || is_complete(&reader->info)) return;
  reader_fail(&reader->base, premature);
  reader->base.failure->dataEndedEarly = reader->base.failure->isCoarse = true;
  reader->base.failure->rowsPresent = reader->info.image_height;
  if (!reader->base.acceptsDamage) longjmp(reader->onError, 1);
}

static bool read_jpeg_pixels(CImageCodecsReader *base, uint8_t *pixels) {
  JPEGReader *reader = (JPEGReader *)base;
  struct jpeg_decompress_struct *info = &reader->info;
  if (setjmp(reader->onError) != 0) return base->acceptsDamage && base->failure->rowsPresent > 0;
  reader->progress.progress_monitor = on_progress;
  info->progress = &reader->progress;
  // A progressive picture keeps its coefficients: two bytes for each of up to four components.
  size_t rowBytes = base->header.width * CImageCodecsChannels(base->header.pixels);
  info->mem->max_memory_to_use = (64L << 20) + 12L * base->header.width * base->header.height;
  base->function = "jpeg_start_decompress";
  jpeg_start_decompress(info);
  if (info->output_width != base->header.width || info->output_height != base->header.height ||
      info->output_components != (int)CImageCodecsChannels(base->header.pixels)) {
    fail(reader, "unexpected output size");
  }
  check_complete(reader);
  base->function = "jpeg_read_scanlines";
  while (info->output_scanline < info->output_height) {
    JSAMPROW row = pixels + info->output_scanline * rowBytes;
    jpeg_read_scanlines(info, &row, 1);
  }
  base->function = "jpeg_finish_decompress";
  jpeg_finish_decompress(info);
  return true;
}

static CImageCodecsSpan application_segment(JPEGReader *reader, const char *mark, size_t markCount) {
  for (jpeg_saved_marker_ptr marker = reader->info.marker_list; marker != NULL; marker = marker->next) {
    if (marker->marker != JPEG_APP0 + 1 || marker->data_length <= markCount) continue;
    if (memcmp(marker->data, mark, markCount) != 0) continue;
    return (CImageCodecsSpan){marker->data + markCount, marker->data_length - markCount};
  }
  return (CImageCodecsSpan){NULL, 0};
}

static CImageCodecsSpan jpeg_metadata(CImageCodecsReader *base, CImageCodecsMetadata kind) {
  static const char exif[] = "Exif\0", xmp[] = "http://ns.adobe.com/xap/1.0/";
  JPEGReader *reader = (JPEGReader *)base;
  switch (kind) {
  case CImageCodecsEXIF:
    return application_segment(reader, exif, sizeof exif);
  case CImageCodecsXMP:
    return application_segment(reader, xmp, sizeof xmp);
  case CImageCodecsICCProfile:
    return (CImageCodecsSpan){reader->profile, reader->profileCount};
  }
  return (CImageCodecsSpan){NULL, 0};
}

static void close_jpeg(CImageCodecsReader *base) {
  JPEGReader *reader = (JPEGReader *)base;
  jpeg_destroy_decompress(&reader->info);
  free(reader->profile);
}

const ReaderFunctions cimagecodecs_jpeg_reader = {
    .readerSize = sizeof(JPEGReader),
    .open = open_jpeg,
    .metadata = jpeg_metadata,
    .read_pixels = read_jpeg_pixels,
    .close = close_jpeg,
};
