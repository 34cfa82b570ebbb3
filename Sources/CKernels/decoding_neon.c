#if defined(__aarch64__)
#include "lanes_neon.h"

#define DECODE decode_neon
#include "decoding_rows.h"
#endif
