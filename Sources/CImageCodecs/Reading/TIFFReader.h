#ifndef CIMAGECODECS_TIFFREADER_H
#define CIMAGECODECS_TIFFREADER_H

#include <tiffio.h>

#include "Reader.h"

/// How a pixel is stored.
typedef struct {
  uint16_t photometric;
  uint16_t bits;
  /// Of a pixel, and how many of these are colours or inks; 0 where they are something else.
  uint16_t count;
  uint16_t colours;
  /// Of the first that is no colour: EXTRASAMPLE_..., 0 where there is none or it is something else.
  uint16_t alpha;
  /// Each channel has planes of its own.
  bool areApart;
  /// They can be taken as they are, without libtiff's conversions: whole numbers of 8 or 16 bits.
  bool arePlain;
} TIFFSamples;

typedef struct {
  CImageCodecsReader base;
  TIFF *tiff;
  uint64_t offset;
  /// Something beyond the end of the file was asked for.
  bool readsBeyondEnd;
  bool readsPixels;
  bool hasDamage;
  TIFFSamples samples;
} TIFFReader;

/// Rows that are stored together: a strip, or a row of tiles.
uint32_t tiff_band_height(TIFFReader *reader);

/// Notes that something in the rows from `row` on could not be read; whether to go on.
bool tiff_note_damage(TIFFReader *reader, uint32_t row);

/// Reads plain samples.
bool tiff_read_samples(TIFFReader *reader, uint8_t *pixels);

#endif
