#ifdef EASEL_TIFF

#include <stdlib.h>

#include "TIFFReader.h"

/// A strip, or a tile, of all channels or of one.
typedef struct {
  uint32_t row;
  uint32_t column;
  uint32_t width;
  uint32_t height;
  /// Samples of a pixel, and the channel of the first.
  uint16_t channels;
  uint16_t firstChannel;
} Block;

/// 8 bits of a sample, rounded.
static uint8_t sample_at(const TIFFSamples *samples, const uint8_t *bytes, size_t index) {
  if (samples->bits == 8) return bytes[index];
  uint16_t value;
  memcpy(&value, bytes + 2 * index, sizeof value);
  return (uint8_t)((value + 128u) / 257u);
}

/// Puts a channel of a block into its place among the pixels.
static void place(const TIFFReader *reader, const Block *block, uint16_t channel, const uint8_t *bytes, uint8_t *pixels) {
  const TIFFSamples *samples = &reader->samples;
  const CImageCodecsHeader *header = &reader->base.header;
  size_t stride = CImageCodecsChannels(header->pixels);
  bool isAlpha = channel == samples->colours;
  bool isTurned = samples->photometric == PHOTOMETRIC_MINISWHITE && !isAlpha;
  uint32_t height = block->row + block->height > header->height ? header->height - block->row : block->height;
  uint32_t width = block->column + block->width > header->width ? header->width - block->column : block->width;
  for (uint32_t y = 0; y < height; y += 1) {
    uint8_t *target = pixels + ((size_t)(block->row + y) * header->width + block->column) * stride;
    size_t source = (size_t)y * block->width * block->channels + (channel - block->firstChannel);
    for (uint32_t x = 0; x < width; x += 1, target += stride, source += block->channels) {
      uint8_t value = sample_at(samples, bytes, source);
      if (isTurned) value = (uint8_t)(255 - value);
      if (isAlpha) {
        target[3] = value;
      } else if (samples->colours == 1) {
        target[0] = target[1] = target[2] = value;
      } else {
        target[channel] = value;
      }
    }
  }
}

/// Whole rows of a block that are in memory though the block is not: those of an uncompressed strip that is cut off.
static uint32_t rows_of_cut_off(TIFFReader *reader, uint32_t number, const Block *block, size_t rowBytes, uint8_t *bytes) {
  uint16_t compression = 0, fillOrder = FILLORDER_MSB2LSB;
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_COMPRESSION, &compression);
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_FILLORDER, &fillOrder);
  uint64_t start = TIFFGetStrileOffset(reader->tiff, number);
  if (compression != COMPRESSION_NONE || fillOrder != FILLORDER_MSB2LSB || start >= reader->base.count) return 0;
  uint64_t rows = (reader->base.count - start) / rowBytes;
  if (rows > block->height) rows = block->height;
  memcpy(bytes, reader->base.bytes + start, (size_t)rows * rowBytes);
  if (reader->samples.bits == 16 && TIFFIsByteSwapped(reader->tiff)) {
    TIFFSwabArrayOfShort((uint16_t *)(void *)bytes, (tmsize_t)(rows * rowBytes / 2));
  }
  return (uint32_t)rows;
}

static bool read_block(TIFFReader *reader, Block block, uint8_t *bytes, size_t capacity, uint8_t *pixels) {
  bool isTiled = TIFFIsTiled(reader->tiff) != 0;
  uint16_t plane = reader->samples.areApart ? block.firstChannel : 0;
  size_t rowBytes = (size_t)block.width * block.channels * (reader->samples.bits / 8);
  uint32_t number = isTiled ? TIFFComputeTile(reader->tiff, block.column, block.row, 0, plane)
                            : TIFFComputeStrip(reader->tiff, block.row, plane);
  tmsize_t wanted = (tmsize_t)(rowBytes * block.height);
  if ((size_t)wanted > capacity) return tiff_note_damage(reader, block.row);
  memset(bytes, 0, capacity);
  tmsize_t count = isTiled ? TIFFReadEncodedTile(reader->tiff, number, bytes, (tmsize_t)capacity)
                           : TIFFReadEncodedStrip(reader->tiff, number, bytes, wanted);
  bool goesOn = true;
  if (count < wanted || reader->base.failure->function != NULL) {
    uint32_t rows = count < wanted && !isTiled ? rows_of_cut_off(reader, number, &block, rowBytes, bytes) : 0;
    goesOn = tiff_note_damage(reader, block.row + rows);
    if (count < wanted) block.height = rows;
  }
  for (uint16_t i = 0; i < block.channels; i += 1) {
    uint16_t channel = block.firstChannel + i;
    bool isUsed = channel < reader->samples.colours ||
                  (channel == reader->samples.colours && reader->base.header.pixels != CImageCodecsCMYK &&
                   CImageCodecsChannels(reader->base.header.pixels) == 4);
    if (isUsed && block.height > 0) place(reader, &block, channel, bytes, pixels);
  }
  return goesOn;
}

static bool read_band(TIFFReader *reader, uint32_t row, uint32_t rows, uint8_t *bytes, size_t capacity, uint8_t *pixels) {
  const TIFFSamples *samples = &reader->samples;
  bool isTiled = TIFFIsTiled(reader->tiff) != 0;
  uint32_t width = reader->base.header.width, blockWidth = width;
  if (isTiled) TIFFGetField(reader->tiff, TIFFTAG_TILEWIDTH, &blockWidth);
  // A tile is whole, also where it sticks out of the picture.
  if (!isTiled && row + rows > reader->base.header.height) rows = reader->base.header.height - row;
  uint16_t planes = samples->areApart ? samples->count : 1;
  for (uint32_t column = 0; column < width; column += blockWidth) {
    for (uint16_t plane = 0; plane < planes; plane += 1) {
      Block block = {row, column, blockWidth, rows, samples->areApart ? 1 : samples->count, plane};
      if (!read_block(reader, block, bytes, capacity, pixels)) return false;
    }
  }
  return true;
}

bool tiff_read_samples(TIFFReader *reader, uint8_t *pixels) {
  bool isTiled = TIFFIsTiled(reader->tiff) != 0;
  uint32_t height = reader->base.header.height, rows = tiff_band_height(reader);
  if (isTiled) TIFFGetField(reader->tiff, TIFFTAG_TILELENGTH, &rows);
  tmsize_t capacity = isTiled ? TIFFTileSize(reader->tiff) : TIFFVStripSize(reader->tiff, rows);
  reader->base.function = isTiled ? "TIFFReadEncodedTile" : "TIFFReadEncodedStrip";
  if (capacity <= 0 || rows == 0) return tiff_note_damage(reader, 0);
  if ((uint64_t)capacity > (uint64_t)reader->base.maximumPixels * 8 + (64 << 20)) return tiff_note_damage(reader, 0);
  uint8_t *bytes = malloc((size_t)capacity);
  if (bytes == NULL) return tiff_note_damage(reader, 0);
  bool goesOn = true;
  for (uint32_t row = 0; row < height && goesOn; row += rows) {
    goesOn = read_band(reader, row, rows, bytes, (size_t)capacity, pixels);
  }
  free(bytes);
  return !reader->hasDamage || (reader->base.acceptsDamage && reader->base.failure->rowsPresent > 0);
}

#endif
