// AMX tiles (Sapphire Rapids and later): eight registers of up to 16 rows of 64 bytes. Include only inside `#if defined(__x86_64__)`,
// after avx512.h.
//
// c += a · b on bf16: a [16][32] row by row, b [16][16][2] (pairs of rows side by side), c [16][16] in float32. The instruction
// flushes subnormal numbers to zero and knows no exceptions.
#pragma once
#include "avx512.h"

#define TILE_KERNEL __attribute__((target(AVX512_FEATURES ",amx-tile,amx-bf16,amx-int8")))

enum { TILE = 16, TILE_DEPTH = 32, TILE_BYTES = 1024 };

/// The shapes of the eight registers, as the instruction reads them.
typedef struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} TileShapes;

/// Sets the shape of one register.
static inline void shape_tile(TileShapes *shapes, int tile, int rows, int row_bytes) {
    shapes->palette = 1;
    shapes->rows[tile] = (uint8_t)rows;
    shapes->row_bytes[tile] = (uint16_t)row_bytes;
}
