// In place of the 34 MB of names and rules for languages and regions that ICU's library, a part of Foundation, would bring into a
// program that has Foundation inside: an empty table of contents, as ICU foresees for those who need none. Whatever asks for a
// language's rules is told that there are none, and nothing in Easel does: numbers and dates are written by the C library.
//
// EASEL_ICU_DATA is the name of ICU's table, which has its version in it; Scripts/build-static.sh finds it. Without it this file is
// empty, as it is for everybody who uses the Foundation that is installed.
#ifdef EASEL_ICU_DATA

#include <stdint.h>

struct CBuildEmptyTable {
  uint16_t headerBytes;
  uint8_t magic[2];
  // UDataInfo of ICU's unicode/udata.h.
  uint16_t infoBytes, reserved;
  uint8_t isBigEndian, charset, characterBytes, reservedByte;
  uint8_t format[4], formatVersion[4], dataVersion[4];
  uint8_t padding[8];
  uint32_t count, reservedCount;
};

_Alignas(16) const struct CBuildEmptyTable EASEL_ICU_DATA = {
    .headerBytes = 32, .magic = {0xda, 0x27}, .infoBytes = 20, .isBigEndian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
    .characterBytes = 2, .format = "ToCP", .formatVersion = {1},
};

#endif
