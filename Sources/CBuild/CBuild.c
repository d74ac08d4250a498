#include "CBuild.h"

#ifndef EASEL_COMMIT
#define EASEL_COMMIT ""
#endif

const char *const CBuildCommit = EASEL_COMMIT;
