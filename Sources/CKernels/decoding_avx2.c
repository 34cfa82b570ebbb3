#if defined(__x86_64__)
#include "lanes_avx2.h"

#define DECODE decode_avx2
#include "decoding_rows.h"
#endif
