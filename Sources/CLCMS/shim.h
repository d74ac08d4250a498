#include <lcms2.h>

// Pixel formats are macros that Swift cannot import.
static const cmsUInt32Number CLCMS_RGB_8 = TYPE_RGB_8;
static const cmsUInt32Number CLCMS_RGB_16 = TYPE_RGB_16;
static const cmsUInt32Number CLCMS_CMYK_8 = TYPE_CMYK_8;
static const cmsUInt32Number CLCMS_CMYK_8_REV = TYPE_CMYK_8_REV;
static const cmsUInt32Number CLCMS_GRAY_8 = TYPE_GRAY_8;
