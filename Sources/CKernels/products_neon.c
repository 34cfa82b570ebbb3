// Products for 64-bit ARM.
#if defined(__aarch64__)
#include "lanes_neon.h"
#include "products_families.h"

#define TILE_ROWS 6
#define TILE_VECTORS 4
#define FEW_TILE_ROWS(n) ((n) <= 4 ? 4 : 2)
#define GROUP_ROWS 4
#define PANEL_VECTORS 2
#include "products_block_rows.h"
#include "products_blocks.h"
#include "products_floats.h"

static ProductKernel choose(WeightFormat format, ptrdiff_t n) {
    if (!is_block_format(format)) return choose_floats(format, n);
    return n > FEW_ROWS ? many_blocks_kernel : few_blocks_kernels[format];
}

const ProductKernels products_neon = {choose};
#endif
