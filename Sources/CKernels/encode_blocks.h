// Blocks of every format: fitted, rounded to levels, packed.
#pragma once
#include "encode_groups.h"

/// Levels of a group as numbers from 0 up.
LOCAL void levels_of(const float *x, int count, float scale, float start, Levels levels, uint8_t *out) {
    float q[BLOCK];
    nearest(x, count, scale == 0 ? 0 : 1 / scale, start, levels, q);
    for (int i = 0; i < count; i++) {
        if (levels.table) {
            int place = 0;
            for (int k = 1; k < levels.count; k++) place += q[i] >= levels.table[k];
            out[i] = (uint8_t)place;
        } else {
            out[i] = (uint8_t)(int)(q[i] - levels.low);
        }
    }
}

// ---------------------------------------------------------------- 32 weights

/// Q4_0, Q5_0, IQ4_NL: the levels, and the scale as half precision.
LOCAL uint16_t scaled_block(const float *x, Levels levels, uint8_t level[BLOCK]) {
    uint16_t scale = f16_of_float(fit_scale(x, BLOCK, levels));
    levels_of(x, BLOCK, float_of_f16(scale), 0, levels, level);
    return scale;
}

static void encode_q4_0(const float *x, BlockQ4_0 *block) {
    uint8_t level[BLOCK];
    block->scale = scaled_block(x, integer_levels(-8, 7), level);
    pack_nibbles(level, block->q);
}

static void encode_q5_0(const float *x, BlockQ5_0 *block) {
    uint8_t level[BLOCK];
    block->scale = scaled_block(x, integer_levels(-16, 15), level);
    block->high = fifth_bits(level);
    pack_nibbles(level, block->q);
}

static void encode_iq4_nl(const float *x, BlockIQ4_NL *block) {
    uint8_t level[BLOCK];
    block->scale = scaled_block(x, curved(), level);
    pack_nibbles(level, block->q);
}

/// Q4_1, Q5_1: the levels, and scale and start as half precision.
LOCAL void line_block(const float *x, int highest_level, uint16_t *scale, uint16_t *start, uint8_t level[BLOCK]) {
    Line line = fit_line(x, BLOCK, highest_level, false);
    *scale = f16_of_float(line.scale);
    *start = f16_of_float(line.start);
    levels_of(x, BLOCK, float_of_f16(*scale), float_of_f16(*start), integer_levels(0, highest_level), level);
}

static void encode_q4_1(const float *x, BlockQ4_1 *block) {
    uint8_t level[BLOCK];
    uint16_t scale, start;
    line_block(x, 15, &scale, &start, level);
    block->scale = scale;
    block->start = start;
    pack_nibbles(level, block->q);
}

static void encode_q5_1(const float *x, BlockQ5_1 *block) {
    uint8_t level[BLOCK];
    uint16_t scale, start;
    line_block(x, 31, &scale, &start, level);
    block->scale = scale;
    block->start = start;
    block->high = fifth_bits(level);
    pack_nibbles(level, block->q);
}

/// With so many levels a search would gain nothing: the largest weight falls on the last.
static void encode_q8_0(const float *x, BlockQ8_0 *block) {
    float lowest, highest, q[BLOCK];
    bounds(x, BLOCK, &lowest, &highest);
    block->scale = f16_of_float((-lowest > highest ? -lowest : highest) / 127);
    float scale = float_of_f16(block->scale);
    nearest(x, BLOCK, scale == 0 ? 0 : 1 / scale, 0, integer_levels(-127, 127), q);
    for (int i = 0; i < BLOCK; i++) block->q[i] = (int8_t)q[i];
}

/// The scale is a power of two: that which brings the largest weight below the last level, or one of those beside it.
static void encode_mxfp4(const float *x, BlockMXFP4 *block) {
    enum { LEAST_EXPONENT = 2, MOST_EXPONENT = 254 };   // of normal scales; 255 is not a number
    float lowest, highest, q[BLOCK], best = INFINITY;
    uint8_t place[BLOCK];
    bounds(x, BLOCK, &lowest, &highest);
    int exponent = (int)(word_of_float(-lowest > highest ? -lowest : highest) >> 23) - 2;
    block->exponent = LEAST_EXPONENT;
    for (int candidate = exponent - 1; candidate <= exponent + 1; candidate++) {
        if (candidate < LEAST_EXPONENT || candidate > MOST_EXPONENT) continue;
        float error = squared_error(x, BLOCK, half_power((uint8_t)candidate), 0, four_bit_floats(), q);
        if (!(error < best)) continue;
        best = error;
        block->exponent = (uint8_t)candidate;
    }
    levels_of(x, BLOCK, half_power(block->exponent), 0, four_bit_floats(), place);
    // Places count from -12 over 0 in the middle to 12; nibbles have a sign and a magnitude.
    for (int i = 0; i < BLOCK; i++) place[i] = (uint8_t)(place[i] >= 7 ? place[i] - 7 : 8 + 7 - place[i]);
    pack_nibbles(place, block->q);
}

// ---------------------------------------------------------------- 256 weights, scales alone

LOCAL ScaledGroups scaled_superblock(const float *x, int count, int most, Levels levels, uint8_t level[SUPERBLOCK]) {
    ScaledGroups groups = fit_scaled_groups(x, count, most, levels);
    for (int g = 0; g < SUPERBLOCK / count; g++)
        levels_of(x + g * count, count, groups.scale * (float)groups.scales[g], 0, levels, level + g * count);
    return groups;
}

static void encode_q3_k(const float *x, BlockQ3_K *block) {
    uint8_t level[SUPERBLOCK], scales[MOST_GROUPS];
    ScaledGroups groups = scaled_superblock(x, HALF_BLOCK, 32, integer_levels(-4, 3), level);
    for (int g = 0; g < MOST_GROUPS; g++) scales[g] = (uint8_t)(groups.scales[g] + 32);
    block->scale = f16_of_float(groups.scale);
    pack_six_bit_scales(scales, block->scales);
    pack_runs(level, 0, 2, block->q);
    pack_runs(level, 2, 1, block->high);
}

static void encode_q6_k(const float *x, BlockQ6_K *block) {
    uint8_t level[SUPERBLOCK];
    ScaledGroups groups = scaled_superblock(x, HALF_BLOCK, 128, integer_levels(-32, 31), level);
    block->scale = f16_of_float(groups.scale);
    memcpy(block->scales, groups.scales, sizeof block->scales);
    pack_low_nibbles(level, block->low);
    pack_runs(level, 4, 2, block->high);
}

static void encode_iq4_xs(const float *x, BlockIQ4_XS *block) {
    uint8_t level[SUPERBLOCK];
    ScaledGroups groups = scaled_superblock(x, BLOCK, 32, curved(), level);
    uint32_t high = 0;
    block->scale = f16_of_float(groups.scale);
    memset(block->low_scales, 0, sizeof block->low_scales);
    for (int g = 0; g < SUPERBLOCK / BLOCK; g++) {
        uint32_t scale = (uint32_t)(groups.scales[g] + 32);
        block->low_scales[g / 2] |= (uint8_t)((scale & 15) << 4 * (g % 2));
        high |= scale >> 4 << 2 * g;
        pack_nibbles(level + g * BLOCK, block->q + g * BLOCK / 2);
    }
    block->high_scales = (uint16_t)high;
}

// ---------------------------------------------------------------- 256 weights, scales and minima

LOCAL LineGroups line_superblock(const float *x, int count, int most, int highest_level, uint8_t level[SUPERBLOCK]) {
    LineGroups groups = fit_line_groups(x, count, most, highest_level);
    for (int g = 0; g < SUPERBLOCK / count; g++)
        levels_of(x + g * count, count, groups.scale * (float)groups.scales[g], -groups.least * (float)groups.minima[g],
                         integer_levels(0, highest_level), level + g * count);
    return groups;
}

static void encode_q2_k(const float *x, BlockQ2_K *block) {
    uint8_t level[SUPERBLOCK];
    LineGroups groups = line_superblock(x, HALF_BLOCK, 15, 3, level);
    block->scale = f16_of_float(groups.scale);
    block->least = f16_of_float(groups.least);
    for (int g = 0; g < MOST_GROUPS; g++) block->scales[g] = (uint8_t)(groups.scales[g] | groups.minima[g] << 4);
    pack_runs(level, 0, 2, block->q);
}

static void encode_q4_k(const float *x, BlockQ4_K *block) {
    uint8_t level[SUPERBLOCK];
    LineGroups groups = line_superblock(x, BLOCK, 63, 15, level);
    block->scale = f16_of_float(groups.scale);
    block->least = f16_of_float(groups.least);
    pack_scales_and_minima(groups.scales, groups.minima, block->scales);
    pack_runs(level, 0, 4, block->q);
}

static void encode_q5_k(const float *x, BlockQ5_K *block) {
    uint8_t level[SUPERBLOCK];
    LineGroups groups = line_superblock(x, BLOCK, 63, 31, level);
    block->scale = f16_of_float(groups.scale);
    block->least = f16_of_float(groups.least);
    pack_scales_and_minima(groups.scales, groups.minima, block->scales);
    pack_runs(level, 0, 4, block->q);
    pack_runs(level, 4, 1, block->high);
}
