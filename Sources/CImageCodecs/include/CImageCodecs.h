// The codecs' C libraries report errors by longjmp or through callbacks, which must never cross a Swift frame. These
// functions hold them: every one of them returns, and says in `failure` what went wrong.
//
// Readers work on bytes in memory that must outlive them. Opening reads the header only, so that the caller can refuse
// the picture before any pixel memory is allocated. A reader that has failed may only be closed.

#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Why a call failed, or what is wrong with the pixels that it gave all the same.
typedef struct {
  /// The library's function that failed, a constant string; NULL when nothing has.
  const char *_Nullable function;
  /// The library's own words, NUL-terminated.
  char message[256];
  /// The data ended before the picture did.
  bool dataEndedEarly;
  /// The file is sound, but of a kind that the reader does not know; `message` says which.
  bool isUnsupported;
  /// Rows from the top that were read in full; those below are grey.
  uint32_t rowsPresent;
  /// All rows are there in outline, and only their fine detail is missing (progressive JPEG, interlaced PNG).
  bool isCoarse;
} CImageCodecsFailure;

/// A format with a reader of its own. The numbers are those of `CImageCodecsCanRead` and `CImageCodecsOpen`.
typedef enum {
  CImageCodecsPNG,
  CImageCodecsJPEG,
  CImageCodecsWebP,
  CImageCodecsHEIF,
  CImageCodecsTIFF,
} CImageCodecsFormat;

/// How a reader delivers pixels: interleaved, 8 bits a channel.
typedef enum {
  CImageCodecsRGB,
  CImageCodecsRGBA,
  /// The colours are multiplied with the alpha.
  CImageCodecsPremultipliedRGBA,
  /// 255 is full ink.
  CImageCodecsCMYK,
  /// 255 is no ink.
  CImageCodecsInvertedCMYK,
} CImageCodecsPixels;

/// What the header says of the picture, and how its pixels will be delivered.
typedef struct {
  uint32_t width;
  uint32_t height;
  CImageCodecsPixels pixels;
  /// The file has one channel of light; the reader delivers it three times.
  bool isGrey;
  /// Bits per channel in the file.
  uint32_t bitDepth;
  /// Pictures in the file; the first (HEIF: the primary one) is read.
  uint32_t pictureCount;
  /// As EXIF counts, 1 to 8, where the format itself has it (TIFF); 0 where it has not.
  uint32_t orientation;
  /// The reader turns the picture upright itself (HEIF).
  bool isUpright;
  /// Code points of ITU-T H.273; 2 where the file does not say.
  uint16_t colourPrimaries;
  uint16_t transferCharacteristics;
} CImageCodecsHeader;

/// Bytes that belong to a reader; `bytes` is NULL when there are none.
typedef struct {
  const uint8_t *_Nullable bytes;
  size_t count;
} CImageCodecsSpan;

typedef enum {
  /// A TIFF structure, with or without "Exif\0\0" before it.
  CImageCodecsEXIF,
  CImageCodecsICCProfile,
  CImageCodecsXMP,
} CImageCodecsMetadata;

typedef struct CImageCodecsReader CImageCodecsReader;

/// Whether the library for the format was there when this was compiled.
bool CImageCodecsCanRead(CImageCodecsFormat format);

/// Reads a file up to its pixels. Returns NULL on failure; otherwise the caller closes the reader.
///
/// - maximumPixels, maximumScans: what the libraries may allocate for, and how many passes a JPEG may ask for (a few
///   bytes a pass could keep the decoder busy for hours). The size in `header` is not checked.
CImageCodecsReader *_Nullable CImageCodecsOpen(
    CImageCodecsFormat format, const uint8_t *_Nonnull bytes, size_t count, size_t maximumPixels, int maximumScans,
    CImageCodecsHeader *_Nonnull header, CImageCodecsFailure *_Nonnull failure);

/// Gone once the pixels were read. PNG has none here: its chunks are read without the library.
CImageCodecsSpan CImageCodecsReadMetadata(CImageCodecsReader *_Nonnull reader, CImageCodecsMetadata kind);

/// Fills `pixels`, height * width * channels bytes, and reads on to the end of the file.
///
/// Damage that leaves every pixel as it was meant is told by `CImageCodecsWarning`. Other damage is a failure, unless
/// `acceptsDamage` and a row is there: then the result is true, and `failure` says what is missing.
bool CImageCodecsReadPixels(
    CImageCodecsReader *_Nonnull reader, uint8_t *_Nonnull pixels, bool acceptsDamage,
    CImageCodecsFailure *_Nonnull failure);

/// The first thing that the library found odd and that touches no pixel, or NULL.
const char *_Nullable CImageCodecsWarning(const CImageCodecsReader *_Nonnull reader);

void CImageCodecsClose(CImageCodecsReader *_Nonnull reader);

/// Bytes a pixel.
size_t CImageCodecsChannels(CImageCodecsPixels pixels);

/// Unpacks zlib data (RFC 1950) of at most `limit` bytes. Returns NULL when they are damaged or more; otherwise `*count`
/// bytes, which the caller releases with free().
uint8_t *_Nullable CImageCodecsInflate(
    const uint8_t *_Nonnull bytes, size_t byteCount, size_t limit, size_t *_Nonnull count);

/// Of a PNG chunk's type and data (PNG specification, annex D).
uint32_t CImageCodecsCRC32(const uint8_t *_Nonnull bytes, size_t count);

/// Packs bytes as zlib data (RFC 1950). Returns NULL when memory is short; otherwise `*count` bytes, which the caller
/// releases with free().
uint8_t *_Nullable CImageCodecsDeflate(const uint8_t *_Nonnull bytes, size_t byteCount, size_t *_Nonnull count);

/// A picture to be written, rows from the top without padding.
typedef struct {
  /// Interleaved RGB, or RGBA whose colours are not multiplied with the alpha.
  const void *_Nonnull pixels;
  uint32_t width;
  uint32_t height;
  bool hasAlpha;
  /// 8, or 16 (PNG only) in the machine's byte order.
  uint32_t bitDepth;
  /// PNG: say so by an sRGB chunk.
  bool isSRGB;
} CImageCodecsPicture;

/// Writes a PNG. Returns NULL on failure; otherwise `*count` bytes, which the caller releases with free(). So do all that
/// write.
uint8_t *_Nullable CImageCodecsEncodePNG(
    const CImageCodecsPicture *_Nonnull picture, size_t *_Nonnull count, CImageCodecsFailure *_Nonnull failure);

/// Writes 8-bit RGB as a baseline JPEG without chroma subsampling, `quality` 1 to 100.
uint8_t *_Nullable CImageCodecsEncodeJPEG(
    const CImageCodecsPicture *_Nonnull picture, int quality, size_t *_Nonnull count,
    CImageCodecsFailure *_Nonnull failure);

/// Whether the library for WebP was there when this was compiled.
bool CImageCodecsCanWriteWebP(void);

/// Writes 8 bits as WebP with what belongs to it: an ICC profile, a TIFF structure of EXIF, an XMP packet; each may be
/// empty.
///
/// - quality: 1 to 100; 0 for lossless, where transparent pixels keep their colours too.
uint8_t *_Nullable CImageCodecsEncodeWebP(
    const CImageCodecsPicture *_Nonnull picture, int quality, CImageCodecsSpan profile, CImageCodecsSpan exif,
    CImageCodecsSpan xmp, size_t *_Nonnull count, CImageCodecsFailure *_Nonnull failure);

/// An animated WebP that is being written.
typedef struct CImageCodecsWebPAnimation CImageCodecsWebPAnimation;

/// One that repeats for ever; `quality` as above. Returns NULL on failure; otherwise the caller closes it.
CImageCodecsWebPAnimation *_Nullable CImageCodecsBeginWebPAnimation(
    uint32_t width, uint32_t height, int quality, CImageCodecsFailure *_Nonnull failure);

/// Adds a frame that is on the screen for so many milliseconds, at least 1.
bool CImageCodecsAddWebPFrame(
    CImageCodecsWebPAnimation *_Nonnull animation, const CImageCodecsPicture *_Nonnull picture, int milliseconds,
    CImageCodecsFailure *_Nonnull failure);

/// The file, of all frames.
uint8_t *_Nullable CImageCodecsFinishWebPAnimation(
    CImageCodecsWebPAnimation *_Nonnull animation, size_t *_Nonnull count, CImageCodecsFailure *_Nonnull failure);

void CImageCodecsCloseWebPAnimation(CImageCodecsWebPAnimation *_Nonnull animation);

#endif
