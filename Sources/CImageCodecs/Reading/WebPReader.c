#ifdef EASEL_WEBP

#include <webp/decode.h>
#include <webp/demux.h>

#include "Reader.h"

typedef struct {
  CImageCodecsReader base;
  WebPDemuxer *demuxer;
  WebPChunkIterator chunks;
  bool isAnimated;
} WebPReader;

/// The words for a VP8StatusCode.
static const char *words_of(VP8StatusCode status) {
  switch (status) {
  case VP8_STATUS_OUT_OF_MEMORY:
    return "out of memory";
  case VP8_STATUS_BITSTREAM_ERROR:
    return "bitstream error";
  case VP8_STATUS_UNSUPPORTED_FEATURE:
    return "unsupported feature";
  case VP8_STATUS_SUSPENDED:
  case VP8_STATUS_NOT_ENOUGH_DATA:
    return "the data end before the picture does";
  default:
    return "invalid data";
  }
}

static bool fail_with(CImageCodecsReader *base, VP8StatusCode status) {
  reader_fail(base, words_of(status));
  base->failure->dataEndedEarly = status == VP8_STATUS_SUSPENDED || status == VP8_STATUS_NOT_ENOUGH_DATA;
  return false;
}

static bool open_webp(CImageCodecsReader *base) {
  WebPReader *reader = (WebPReader *)base;
  WebPBitstreamFeatures features;
  base->function = "WebPGetFeatures";
  VP8StatusCode status = WebPGetFeatures(base->bytes, base->count, &features);
  if (status != VP8_STATUS_OK) return fail_with(base, status);
  base->header.width = (uint32_t)features.width;
  base->header.height = (uint32_t)features.height;
  base->header.pixels = features.has_alpha || features.has_animation ? CImageCodecsRGBA : CImageCodecsRGB;
  reader->isAnimated = features.has_animation != 0;
  // What is behind the pixels may say how the picture is turned.
  const uint8_t *size = base->bytes + 4;
  uint64_t said = size[0] | (uint64_t)size[1] << 8 | (uint64_t)size[2] << 16 | (uint64_t)size[3] << 24;
  if (said + 8 > base->count) reader_warn(base, "the file is shorter than it says");
  // A cut-off file still has what came before its pixels.
  WebPDemuxState state;
  WebPData data = {base->bytes, base->count};
  reader->demuxer = WebPDemuxPartial(&data, &state);
  if (reader->demuxer != NULL && reader->isAnimated) {
    base->header.pictureCount = WebPDemuxGetI(reader->demuxer, WEBP_FF_FRAME_COUNT);
  }
  return true;
}

static CImageCodecsSpan webp_metadata(CImageCodecsReader *base, CImageCodecsMetadata kind) {
  static const char *const names[] = {
      [CImageCodecsEXIF] = "EXIF", [CImageCodecsICCProfile] = "ICCP", [CImageCodecsXMP] = "XMP "};
  WebPReader *reader = (WebPReader *)base;
  CImageCodecsSpan span = {NULL, 0};
  if (reader->demuxer == NULL) return span;
  if (WebPDemuxGetChunk(reader->demuxer, names[kind], 1, &reader->chunks)) {
    span = (CImageCodecsSpan){reader->chunks.chunk.bytes, reader->chunks.chunk.size};
  }
  WebPDemuxReleaseChunkIterator(&reader->chunks);
  return span;
}

/// The first picture of an animation, in its place on the canvas, which is transparent.
static bool read_first_frame(WebPReader *reader, uint8_t *pixels) {
  CImageCodecsReader *base = &reader->base;
  size_t rowBytes = (size_t)base->header.width * 4, bytes = rowBytes * base->header.height;
  WebPIterator frame;
  base->function = "WebPDemuxGetFrame";
  if (reader->demuxer == NULL || !WebPDemuxGetFrame(reader->demuxer, 1, &frame)) {
    return fail_with(base, VP8_STATUS_NOT_ENOUGH_DATA);
  }
  bool fits = frame.x_offset >= 0 && frame.y_offset >= 0 && frame.width > 0 && frame.height > 0 &&
              (uint32_t)(frame.x_offset + frame.width) <= base->header.width &&
              (uint32_t)(frame.y_offset + frame.height) <= base->header.height;
  size_t start = fits ? (size_t)frame.y_offset * rowBytes + (size_t)frame.x_offset * 4 : 0;
  memset(pixels, 0, bytes);
  base->function = "WebPDecodeRGBAInto";
  bool isRead = fits && frame.complete &&
                WebPDecodeRGBAInto(frame.fragment.bytes, frame.fragment.size, pixels + start, bytes - start,
                                   (int)rowBytes) != NULL;
  bool isCutOff = !frame.complete;
  WebPDemuxReleaseIterator(&frame);
  return isRead || fail_with(base, isCutOff ? VP8_STATUS_NOT_ENOUGH_DATA : VP8_STATUS_BITSTREAM_ERROR);
}

/// As far as the data go: the incremental decoder knows the rows that it has finished.
static bool read_still(WebPReader *reader, uint8_t *pixels) {
  CImageCodecsReader *base = &reader->base;
  size_t rowBytes = base->header.width * CImageCodecsChannels(base->header.pixels);
  WEBP_CSP_MODE mode = base->header.pixels == CImageCodecsRGBA ? MODE_RGBA : MODE_RGB;
  base->function = "WebPINewRGB";
  WebPIDecoder *decoder = WebPINewRGB(mode, pixels, rowBytes * base->header.height, (int)rowBytes);
  if (decoder == NULL) return fail_with(base, VP8_STATUS_OUT_OF_MEMORY);
  base->function = "WebPIUpdate";
  VP8StatusCode status = WebPIUpdate(decoder, base->bytes, base->count);
  int lastRow = 0;
  WebPIDecGetRGB(decoder, &lastRow, NULL, NULL, NULL);
  WebPIDelete(decoder);
  if (status == VP8_STATUS_OK) return true;
  fail_with(base, status);
  base->failure->rowsPresent = lastRow > 0 ? (uint32_t)lastRow : 0;
  return base->acceptsDamage && lastRow > 0;
}

static bool read_webp_pixels(CImageCodecsReader *base, uint8_t *pixels) {
  WebPReader *reader = (WebPReader *)base;
  return reader->isAnimated ? read_first_frame(reader, pixels) : read_still(reader, pixels);
}

static void close_webp(CImageCodecsReader *base) { WebPDemuxDelete(((WebPReader *)base)->demuxer); }

const ReaderFunctions cimagecodecs_webp_reader = {
    .readerSize = sizeof(WebPReader),
    .open = open_webp,
    .metadata = webp_metadata,
    .read_pixels = read_webp_pixels,
    .close = close_webp,
};

#endif
