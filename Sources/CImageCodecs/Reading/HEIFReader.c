#ifdef EASEL_HEIF

#include <libheif/heif.h>
#include <stdlib.h>

#include "Reader.h"

/// HEIC and AVIF.
typedef struct {
  CImageCodecsReader base;
  struct heif_context *context;
  struct heif_image_handle *handle;
  uint8_t *profile;
  size_t profileCount;
} HEIFReader;

static bool succeeds(CImageCodecsReader *base, struct heif_error error) {
  if (error.code == heif_error_Ok) return true;
  reader_fail(base, error.message);
  base->failure->dataEndedEarly = error.subcode == heif_suberror_End_of_data;
  base->failure->isUnsupported =
      error.code == heif_error_Unsupported_feature || error.code == heif_error_Unsupported_filetype;
  return false;
}

static void read_colours(HEIFReader *reader) {
  CImageCodecsHeader *header = &reader->base.header;
  struct heif_color_profile_nclx *nclx = NULL;
  if (heif_image_handle_get_nclx_color_profile(reader->handle, &nclx).code == heif_error_Ok && nclx != NULL) {
    header->colourPrimaries = (uint16_t)nclx->color_primaries;
    header->transferCharacteristics = (uint16_t)nclx->transfer_characteristics;
  }
  heif_nclx_color_profile_free(nclx);
  size_t count = heif_image_handle_get_raw_color_profile_size(reader->handle);
  if (count == 0 || count > reader->base.count) return;
  reader->profile = malloc(count);
  if (reader->profile == NULL) return;
  if (heif_image_handle_get_raw_color_profile(reader->handle, reader->profile).code == heif_error_Ok) {
    reader->profileCount = count;
  }
}

static bool open_heif(CImageCodecsReader *base) {
  HEIFReader *reader = (HEIFReader *)base;
  base->function = "heif_context_alloc";
  reader->context = heif_context_alloc();
  if (reader->context == NULL) {
    reader_fail(base, "out of memory");
    return false;
  }
  heif_context_set_max_decoding_threads(reader->context, 0);
  base->function = "heif_context_read_from_memory_without_copy";
  struct heif_error error =
      heif_context_read_from_memory_without_copy(reader->context, base->bytes, base->count, NULL);
  if (!succeeds(base, error)) return false;
  base->function = "heif_context_get_primary_image_handle";
  if (!succeeds(base, heif_context_get_primary_image_handle(reader->context, &reader->handle))) return false;
  int width = heif_image_handle_get_width(reader->handle), height = heif_image_handle_get_height(reader->handle);
  int bits = heif_image_handle_get_luma_bits_per_pixel(reader->handle);
  bool alpha = heif_image_handle_has_alpha_channel(reader->handle) != 0;
  bool premultiplied = heif_image_handle_is_premultiplied_alpha(reader->handle) != 0;
  base->header.width = width > 0 ? (uint32_t)width : 0;
  base->header.height = height > 0 ? (uint32_t)height : 0;
  base->header.bitDepth = bits > 0 ? (uint32_t)bits : 8;
  base->header.pixels =
      alpha ? (premultiplied ? CImageCodecsPremultipliedRGBA : CImageCodecsRGBA) : CImageCodecsRGB;
  base->header.isUpright = true;
  int pictures = heif_context_get_number_of_top_level_images(reader->context);
  base->header.pictureCount = pictures > 0 ? (uint32_t)pictures : 1;
  read_colours(reader);
  return true;
}

static CImageCodecsSpan heif_metadata(CImageCodecsReader *base, CImageCodecsMetadata kind) {
  HEIFReader *reader = (HEIFReader *)base;
  // Orientation is the container's own affair here, and EXIF's is to be passed over (ISO/IEC 23008-12, annex A).
  if (kind != CImageCodecsICCProfile) return (CImageCodecsSpan){NULL, 0};
  return (CImageCodecsSpan){reader->profile, reader->profileCount};
}

static bool copy_rows(HEIFReader *reader, const struct heif_image *image, uint8_t *pixels) {
  CImageCodecsReader *base = &reader->base;
  int stride = 0;
  const uint8_t *rows = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
  size_t rowBytes = base->header.width * CImageCodecsChannels(base->header.pixels);
  int width = heif_image_get_width(image, heif_channel_interleaved);
  int height = heif_image_get_height(image, heif_channel_interleaved);
  if (rows == NULL || width != (int)base->header.width || height != (int)base->header.height ||
      stride < (int)rowBytes) {
    reader_fail(base, "the picture is not of the size that was announced");
    return false;
  }
  for (size_t y = 0; y < base->header.height; y += 1) memcpy(pixels + y * rowBytes, rows + y * (size_t)stride, rowBytes);
  return true;
}

static bool read_heif_pixels(CImageCodecsReader *base, uint8_t *pixels) {
  HEIFReader *reader = (HEIFReader *)base;
  base->function = "heif_decode_image";
  struct heif_decoding_options *options = heif_decoding_options_alloc();
  if (options == NULL) {
    reader_fail(base, "out of memory");
    return false;
  }
  options->convert_hdr_to_8bit = 1;
  bool alpha = base->header.pixels != CImageCodecsRGB;
  struct heif_image *image = NULL;
  struct heif_error error = heif_decode_image(
      reader->handle, &image, heif_colorspace_RGB,
      alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, options);
  heif_decoding_options_free(options);
  bool isRead = succeeds(base, error) && copy_rows(reader, image, pixels);
  heif_image_release(image);
  return isRead;
}

static void close_heif(CImageCodecsReader *base) {
  HEIFReader *reader = (HEIFReader *)base;
  heif_image_handle_release(reader->handle);
  heif_context_free(reader->context);
  free(reader->profile);
}

const ReaderFunctions cimagecodecs_heif_reader = {
    .readerSize = sizeof(HEIFReader),
    .open = open_heif,
    .metadata = heif_metadata,
    .read_pixels = read_heif_pixels,
    .close = close_heif,
};

#endif
