#include "panels.h"
#include "page_numbers.h"

// Vectors are given to and taken from functions that are inlined always, so how others would pass them does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

typedef float Sixteen __attribute__((vector_size(4 * PANEL_WIDTH)));
typedef int32_t SixteenPlaces __attribute__((vector_size(4 * PANEL_WIDTH)));
typedef uint32_t SixteenBits __attribute__((vector_size(4 * PANEL_WIDTH)));
typedef float StoredSixteen __attribute__((vector_size(4 * PANEL_WIDTH), aligned(4), may_alias));
typedef uint32_t StoredSixteenBits __attribute__((vector_size(4 * PANEL_WIDTH), aligned(4), may_alias));

/// Rows whose sums are kept in registers together.
enum { ROWS_AT_ONCE = 8 };
#define EACH_ROW _Pragma("clang loop unroll(full)")

#define BODY "panels_body.h"
#define TABLE PanelKernels
#include "vector_families.h"

const PanelKernels *panel_kernels(KernelFamily family) { return family_table(family); }
