#if defined(__x86_64__)
#include "lanes_avx512.h"

#define DECODE decode_avx512
#include "decoding_rows.h"
#endif
