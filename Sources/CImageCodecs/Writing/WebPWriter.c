#ifdef EASEL_WEBP

#include <webp/encode.h>
#include <webp/mux.h>

#include <stdlib.h>

#include "../Failure.h"

/// The slowest of libwebp's methods that is not yet slow: 0 to 6.
enum { method = 4 };

/// How hard a lossless picture is packed, 0 to 9.
enum { losslessLevel = 6 };

struct CImageCodecsWebPAnimation {
  WebPAnimEncoder *encoder;
  WebPConfig config;
  int milliseconds;
};

bool CImageCodecsCanWriteWebP(void) { return true; }

static bool configure(WebPConfig *config, int quality, CImageCodecsFailure *failure) {
  bool isSet = WebPConfigInit(config) != 0;
  config->method = method;
  if (quality == 0) {
    isSet = isSet && WebPConfigLosslessPreset(config, losslessLevel) != 0;
    config->exact = 1;
  } else {
    config->quality = (float)quality;
    // Colours of painted edges, which halved chroma would blur.
    config->use_sharp_yuv = 1;
  }
  if (!isSet || WebPValidateConfig(config) == 0) {
    cimagecodecs_fail(failure, "WebPConfigInit", "the settings are not valid");
    return false;
  }
  return true;
}

static const char *words_of(WebPEncodingError error) {
  switch (error) {
  case VP8_ENC_ERROR_OUT_OF_MEMORY:
  case VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY:
    return "out of memory";
  case VP8_ENC_ERROR_BAD_DIMENSION:
    return "a WebP has at most 16383 pixels on a side";
  case VP8_ENC_ERROR_PARTITION0_OVERFLOW:
  case VP8_ENC_ERROR_PARTITION_OVERFLOW:
  case VP8_ENC_ERROR_FILE_TOO_BIG:
    return "the picture is too large for the format";
  default:
    return "the encoder failed";
  }
}

/// The pixels as libwebp wants them; the caller frees `target`.
static bool import_pixels(const CImageCodecsPicture *picture, WebPPicture *target, CImageCodecsFailure *failure) {
  if (WebPPictureInit(target) == 0) {
    cimagecodecs_fail(failure, "WebPPictureInit", "another version of libwebp than at compilation");
    return false;
  }
  target->width = (int)picture->width;
  target->height = (int)picture->height;
  // A lossy encoder makes its YUV, sharp, from ARGB itself.
  target->use_argb = 1;
  if (picture->width > WEBP_MAX_DIMENSION || picture->height > WEBP_MAX_DIMENSION) {
    cimagecodecs_fail(failure, "WebPEncode", words_of(VP8_ENC_ERROR_BAD_DIMENSION));
    return false;
  }
  int rowBytes = (int)picture->width * (picture->hasAlpha ? 4 : 3);
  int isRead = picture->hasAlpha ? WebPPictureImportRGBA(target, picture->pixels, rowBytes)
                                 : WebPPictureImportRGB(target, picture->pixels, rowBytes);
  if (isRead == 0) cimagecodecs_fail(failure, "WebPPictureImportRGB", words_of(target->error_code));
  return isRead != 0;
}

/// The picture alone, in `file`, which the caller clears.
static bool encode(
    const CImageCodecsPicture *picture, int quality, WebPMemoryWriter *file, CImageCodecsFailure *failure) {
  WebPConfig config;
  WebPPicture source;
  if (!configure(&config, quality, failure) || !import_pixels(picture, &source, failure)) return false;
  source.writer = WebPMemoryWrite;
  source.custom_ptr = file;
  bool isDone = WebPEncode(&config, &source) != 0;
  if (!isDone) cimagecodecs_fail(failure, "WebPEncode", words_of(source.error_code));
  WebPPictureFree(&source);
  return isDone;
}

static bool add_chunk(WebPMux *mux, const char *name, CImageCodecsSpan bytes) {
  WebPData data = {bytes.bytes, bytes.count};
  return bytes.count == 0 || WebPMuxSetChunk(mux, name, &data, 0) == WEBP_MUX_OK;
}

/// A copy that free() releases.
static uint8_t *copy_of(const uint8_t *bytes, size_t size, size_t *count, CImageCodecsFailure *failure) {
  uint8_t *copy = malloc(size);
  if (copy == NULL) {
    cimagecodecs_fail(failure, "malloc", "out of memory");
    return NULL;
  }
  memcpy(copy, bytes, size);
  *count = size;
  return copy;
}

/// The file with what belongs to it.
static uint8_t *assemble(
    const WebPMemoryWriter *file, CImageCodecsSpan profile, CImageCodecsSpan exif, CImageCodecsSpan xmp, size_t *count,
    CImageCodecsFailure *failure) {
  WebPData picture = {file->mem, file->size}, whole = {NULL, 0};
  WebPMux *mux = WebPMuxCreate(&picture, 0);
  uint8_t *result = NULL;
  if (mux != NULL && add_chunk(mux, "ICCP", profile) && add_chunk(mux, "EXIF", exif) && add_chunk(mux, "XMP ", xmp) &&
      WebPMuxAssemble(mux, &whole) == WEBP_MUX_OK) {
    result = copy_of(whole.bytes, whole.size, count, failure);
  } else {
    cimagecodecs_fail(failure, "WebPMuxAssemble", "the parts of the file cannot be joined");
  }
  WebPDataClear(&whole);
  WebPMuxDelete(mux);
  return result;
}

uint8_t *CImageCodecsEncodeWebP(
    const CImageCodecsPicture *picture, int quality, CImageCodecsSpan profile, CImageCodecsSpan exif,
    CImageCodecsSpan xmp, size_t *count, CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = ""};
  WebPMemoryWriter file;
  WebPMemoryWriterInit(&file);
  uint8_t *result = NULL;
  if (encode(picture, quality, &file, failure)) {
    bool isPlain = profile.count == 0 && exif.count == 0 && xmp.count == 0;
    result = isPlain ? copy_of(file.mem, file.size, count, failure)
                     : assemble(&file, profile, exif, xmp, count, failure);
  }
  WebPMemoryWriterClear(&file);
  return result;
}

CImageCodecsWebPAnimation *CImageCodecsBeginWebPAnimation(
    uint32_t width, uint32_t height, int quality, CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = ""};
  CImageCodecsWebPAnimation *animation = calloc(1, sizeof *animation);
  if (animation == NULL) {
    cimagecodecs_fail(failure, "calloc", "out of memory");
    return NULL;
  }
  WebPAnimEncoderOptions options;
  if (configure(&animation->config, quality, failure) && WebPAnimEncoderOptionsInit(&options) != 0) {
    animation->encoder = WebPAnimEncoderNew((int)width, (int)height, &options);
  }
  if (animation->encoder != NULL) return animation;
  if (failure->message[0] == '\0') cimagecodecs_fail(failure, "WebPAnimEncoderNew", "out of memory, or too large");
  free(animation);
  return NULL;
}

bool CImageCodecsAddWebPFrame(
    CImageCodecsWebPAnimation *animation, const CImageCodecsPicture *picture, int milliseconds,
    CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = ""};
  WebPPicture source;
  if (!import_pixels(picture, &source, failure)) return false;
  bool isAdded = WebPAnimEncoderAdd(animation->encoder, &source, animation->milliseconds, &animation->config) != 0;
  if (!isAdded) cimagecodecs_fail(failure, "WebPAnimEncoderAdd", WebPAnimEncoderGetError(animation->encoder));
  WebPPictureFree(&source);
  animation->milliseconds += milliseconds;
  return isAdded;
}

uint8_t *CImageCodecsFinishWebPAnimation(
    CImageCodecsWebPAnimation *animation, size_t *count, CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = ""};
  WebPData whole = {NULL, 0};
  // No picture: when the last one ends.
  bool isDone = WebPAnimEncoderAdd(animation->encoder, NULL, animation->milliseconds, NULL) != 0 &&
                WebPAnimEncoderAssemble(animation->encoder, &whole) != 0;
  if (!isDone) cimagecodecs_fail(failure, "WebPAnimEncoderAssemble", WebPAnimEncoderGetError(animation->encoder));
  uint8_t *result = isDone ? copy_of(whole.bytes, whole.size, count, failure) : NULL;
  WebPDataClear(&whole);
  return result;
}

void CImageCodecsCloseWebPAnimation(CImageCodecsWebPAnimation *animation) {
  WebPAnimEncoderDelete(animation->encoder);
  free(animation);
}

#else

#include <stddef.h>

#include "../Failure.h"

// Without libwebp nobody gets as far as these.

bool CImageCodecsCanWriteWebP(void) { return false; }

static void *refuse(CImageCodecsFailure *failure) {
  *failure = (CImageCodecsFailure){.function = ""};
  cimagecodecs_fail(failure, "WebPEncode", "built without libwebp");
  return NULL;
}

uint8_t *CImageCodecsEncodeWebP(
    const CImageCodecsPicture *picture, int quality, CImageCodecsSpan profile, CImageCodecsSpan exif,
    CImageCodecsSpan xmp, size_t *count, CImageCodecsFailure *failure) {
  (void)picture, (void)quality, (void)profile, (void)exif, (void)xmp, (void)count;
  return refuse(failure);
}

CImageCodecsWebPAnimation *CImageCodecsBeginWebPAnimation(
    uint32_t width, uint32_t height, int quality, CImageCodecsFailure *failure) {
  (void)width, (void)height, (void)quality;
  return refuse(failure);
}

bool CImageCodecsAddWebPFrame(
    CImageCodecsWebPAnimation *animation, const CImageCodecsPicture *picture, int milliseconds,
    CImageCodecsFailure *failure) {
  (void)animation, (void)picture, (void)milliseconds;
  return refuse(failure) != NULL;
}

uint8_t *CImageCodecsFinishWebPAnimation(
    CImageCodecsWebPAnimation *animation, size_t *count, CImageCodecsFailure *failure) {
  (void)animation, (void)count;
  return refuse(failure);
}

void CImageCodecsCloseWebPAnimation(CImageCodecsWebPAnimation *animation) { (void)animation; }

#endif
