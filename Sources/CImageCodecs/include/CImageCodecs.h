// libpng and libjpeg report errors by longjmp, which must never cross a Swift frame. These functions hold the setjmp:
// every one of them returns, and says in `failure` what went wrong.
//
// Readers work on bytes in memory that must outlive them. Opening reads the header only, so that the caller can refuse
// the picture before any pixel memory is allocated. A reader that has failed may only be closed.

#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Why a call failed.
typedef struct {
  /// The function of libpng or libjpeg that failed; a constant string.
  const char *_Nullable function;
  /// The library's own words, NUL-terminated.
  char message[256];
  /// True when the data ended before the picture did.
  bool dataEndedEarly;
} CImageCodecsFailure;

/// What the header says of the picture, and how its pixels will be delivered.
typedef struct {
  uint32_t width;
  uint32_t height;
  /// Interleaved 8-bit channels that the reader delivers: 3 is RGB, 4 is RGBA (PNG) or CMYK (JPEG).
  uint32_t channels;
  /// Bits per channel in the file.
  uint32_t bitDepth;
  /// CMYK only: 255 means no ink, as Adobe's programs write it.
  bool cmykIsInverted;
} CImageCodecsHeader;

/// Bytes that belong to a reader; `bytes` is NULL when there are none.
typedef struct {
  const uint8_t *_Nullable bytes;
  size_t count;
} CImageCodecsSpan;

typedef struct CImageCodecsPNGReader CImageCodecsPNGReader;
typedef struct CImageCodecsJPEGReader CImageCodecsJPEGReader;

/// Reads a PNG up to its pixels. Returns NULL on failure; otherwise the caller closes the reader.
CImageCodecsPNGReader *_Nullable CImageCodecsPNGReaderOpen(
    const uint8_t *_Nonnull bytes, size_t count, CImageCodecsHeader *_Nonnull header,
    CImageCodecsFailure *_Nonnull failure);

/// Fills `pixels`, height * width * channels bytes, and reads on to the end of the PNG.
bool CImageCodecsPNGReaderReadPixels(
    CImageCodecsPNGReader *_Nonnull reader, uint8_t *_Nonnull pixels, CImageCodecsFailure *_Nonnull failure);

/// The eXIf chunk: a TIFF structure. It may follow the pixels: ask after reading them.
CImageCodecsSpan CImageCodecsPNGReaderEXIF(CImageCodecsPNGReader *_Nonnull reader);

/// The uncompressed ICC profile of the iCCP chunk.
CImageCodecsSpan CImageCodecsPNGReaderICCProfile(CImageCodecsPNGReader *_Nonnull reader);

void CImageCodecsPNGReaderClose(CImageCodecsPNGReader *_Nonnull reader);

/// Reads a JPEG up to its first scan. Returns NULL on failure; otherwise the caller closes the reader.
/// Data damage that libjpeg only warns about is a failure here; see `CImageCodecsJPEGReaderWarning`.
CImageCodecsJPEGReader *_Nullable CImageCodecsJPEGReaderOpen(
    const uint8_t *_Nonnull bytes, size_t count, CImageCodecsHeader *_Nonnull header,
    CImageCodecsFailure *_Nonnull failure);

/// Fills `pixels`, height * width * channels bytes, and reads on to the end of the JPEG. A file with more than
/// `maximumScans` scans is refused: a few bytes per scan could keep the decoder busy for hours.
bool CImageCodecsJPEGReaderReadPixels(
    CImageCodecsJPEGReader *_Nonnull reader, uint8_t *_Nonnull pixels, int maximumScans,
    CImageCodecsFailure *_Nonnull failure);

/// The EXIF segment without its "Exif\0\0" mark: a TIFF structure. Gone once the pixels were read.
CImageCodecsSpan CImageCodecsJPEGReaderEXIF(CImageCodecsJPEGReader *_Nonnull reader);

/// The ICC profile, put together from its APP2 segments.
CImageCodecsSpan CImageCodecsJPEGReaderICCProfile(CImageCodecsJPEGReader *_Nonnull reader);

/// The first harmless warning so far (such as stray bytes between segments), or NULL.
const char *_Nullable CImageCodecsJPEGReaderWarning(CImageCodecsJPEGReader *_Nonnull reader);

void CImageCodecsJPEGReaderClose(CImageCodecsJPEGReader *_Nonnull reader);

/// Writes interleaved 8-bit RGB as a PNG with an sRGB chunk. Returns NULL on failure; otherwise `*count` bytes, which
/// the caller releases with free().
uint8_t *_Nullable CImageCodecsEncodePNG(
    const uint8_t *_Nonnull pixels, uint32_t width, uint32_t height, size_t *_Nonnull count,
    CImageCodecsFailure *_Nonnull failure);

/// Writes interleaved 8-bit RGB as a baseline JPEG without chroma subsampling, `quality` 1 to 100. Returns NULL on
/// failure; otherwise `*count` bytes, which the caller releases with free().
uint8_t *_Nullable CImageCodecsEncodeJPEG(
    const uint8_t *_Nonnull pixels, uint32_t width, uint32_t height, int quality, size_t *_Nonnull count,
    CImageCodecsFailure *_Nonnull failure);

#endif
