// One group of 16 or 32 weights brought onto levels: the scale, or scale and start, with the least sum of squared errors.
// Loops run over lanes of 16, so that sums are added up in the same order whatever the compiler makes of them.
#pragma once
#include "encode_packing.h"
#include <math.h>

/// Levels and counts are constants where these are called, and must be so inside.
#define LOCAL static inline __attribute__((always_inline))

enum { ENCODE_LANES = 16 };

/// The numbers that weights are rounded to, before the scale: those of a table, or all integers from `low` to `high`.
typedef struct { float low, high; const float *table; int count; } Levels;

static const float curve_levels[] = {CURVE};
static const float float_levels[] = {-12, -8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8, 12};

static inline Levels integer_levels(int low, int high) { return (Levels){(float)low, (float)high, NULL, 0}; }
static inline Levels curved(void) { return (Levels){-127, 113, curve_levels, 16}; }
static inline Levels four_bit_floats(void) { return (Levels){-12, 12, float_levels, 15}; }

/// Sums over the weights x of a group and their levels q.
typedef struct { float q, qq, x, xq, xx; } Sums;

/// Weights as scale * q + start, and the squared error of that.
typedef struct { float scale, start, error; } Line;

LOCAL float sum_lanes(const float lanes[ENCODE_LANES]) {
    float sums[ENCODE_LANES];
    memcpy(sums, lanes, sizeof sums);
    for (int width = ENCODE_LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) sums[i] += sums[i + width];
    return sums[0];
}

LOCAL Sums sums_of(const float *x, const float *q, int count) {
    float lanes[5][ENCODE_LANES] = {{0}};
    for (int i = 0; i < count; i += ENCODE_LANES) {
        for (int l = 0; l < ENCODE_LANES; l++) {
            lanes[0][l] += q[i + l];
            lanes[1][l] += q[i + l] * q[i + l];
            lanes[2][l] += x[i + l];
            lanes[3][l] += x[i + l] * q[i + l];
            lanes[4][l] += x[i + l] * x[i + l];
        }
    }
    return (Sums){sum_lanes(lanes[0]), sum_lanes(lanes[1]), sum_lanes(lanes[2]), sum_lanes(lanes[3]),
                  sum_lanes(lanes[4])};
}

/// The level nearest to each (x - start) * inverse. A value that is not a number gets the lowest.
LOCAL void nearest(const float *x, int count, float inverse, float start, Levels levels, float *q) {
    float scaled[BLOCK];
    for (int i = 0; i < count; i++) {
        scaled[i] = (x[i] - start) * inverse;
        scaled[i] = scaled[i] > levels.low ? scaled[i] : levels.low;
        scaled[i] = scaled[i] < levels.high ? scaled[i] : levels.high;
        float shifted = scaled[i] + 12582912.0f;   // 1.5 * 2^23: adding it rounds to an integer
        q[i] = levels.table ? levels.low : shifted - 12582912.0f;
    }
    for (int k = 1; k < levels.count; k++) {
        const float step = levels.table[k] - levels.table[k - 1], middle = levels.table[k - 1] + step / 2;
        for (int i = 0; i < count; i++) q[i] += scaled[i] > middle ? step : 0;
    }
}

/// The squared error with a scale and a start that are given.
LOCAL float squared_error(const float *x, int count, float scale, float start, Levels levels, float *q) {
    float lanes[ENCODE_LANES] = {0};
    nearest(x, count, scale == 0 ? 0 : 1 / scale, start, levels, q);
    for (int i = 0; i < count; i += ENCODE_LANES) {
        for (int l = 0; l < ENCODE_LANES; l++) {
            float product = scale * q[i + l];
            float difference = x[i + l] - product - start;
            lanes[l] += difference * difference;
        }
    }
    return sum_lanes(lanes);
}

/// The lowest and the highest weight.
LOCAL void bounds(const float *x, int count, float *lowest, float *highest) {
    float low[ENCODE_LANES], high[ENCODE_LANES];
    memcpy(low, x, sizeof low);
    memcpy(high, x, sizeof high);
    for (int i = ENCODE_LANES; i < count; i += ENCODE_LANES) {
        for (int l = 0; l < ENCODE_LANES; l++) {
            low[l] = x[i + l] < low[l] ? x[i + l] : low[l];
            high[l] = x[i + l] > high[l] ? x[i + l] : high[l];
        }
    }
    *lowest = low[0];
    *highest = high[0];
    for (int l = 1; l < ENCODE_LANES; l++) {
        *lowest = low[l] < *lowest ? low[l] : *lowest;
        *highest = high[l] > *highest ? high[l] : *highest;
    }
}

// ---------------------------------------------------------------- a scale alone

/// Takes the levels that `inverse` leads to, and their best scale, if these explain more of the weights than `best` does.
/// `gain` is what a scale takes off the sum of squares.
LOCAL bool improve_scale(const float *x, int count, float inverse, Levels levels, float *best, float *gain) {
    float q[BLOCK];
    nearest(x, count, inverse, 0, levels, q);
    Sums sums = sums_of(x, q, count);
    float own = sums.qq > 0 ? sums.xq * sums.xq / sums.qq : 0;
    if (!(own > *gain)) return false;
    *gain = own;
    *best = sums.xq / sums.qq;
    return true;
}

/// The scale with the least error. Tried are scales that bring the weight of largest magnitude to about the lowest or the highest
/// level, in parts of the last step there; the best is then refitted to its levels.
LOCAL float fit_scale(const float *x, int count, Levels levels) {
    enum { TRIALS = 14, REFITS = 3 };
    float lowest, highest, best = 0, gain = 0;
    bounds(x, count, &lowest, &highest);
    float extreme = -lowest > highest ? lowest : highest;
    if (extreme == 0) return 0;
    float first_step = levels.table ? levels.table[1] - levels.table[0] : 1;
    float last_step = levels.table ? levels.table[levels.count - 1] - levels.table[levels.count - 2] : 1;
    for (int trial = 0; trial < TRIALS; trial++) {
        float beyond = 0.8f - 0.2f * (float)trial;
        improve_scale(x, count, (levels.low - beyond * first_step) / extreme, levels, &best, &gain);
        improve_scale(x, count, (levels.high + beyond * last_step) / extreme, levels, &best, &gain);
    }
    for (int refit = 0; refit < REFITS && best != 0; refit++)
        if (!improve_scale(x, count, 1 / best, levels, &best, &gain)) break;
    return best;
}

// ---------------------------------------------------------------- a scale and a start

/// The line through given levels with the least error; where starts may not be positive, the best such line.
LOCAL Line line_through(Sums sums, int count, bool start_is_negative) {
    float n = (float)count, determinant = n * sums.qq - sums.q * sums.q;
    float scale = 0, start = sums.x / n;
    if (determinant > 0) {
        scale = (n * sums.xq - sums.q * sums.x) / determinant;
        start = (sums.x - scale * sums.q) / n;
    }
    if (start_is_negative && start > 0) {
        start = 0;
        scale = sums.qq > 0 ? sums.xq / sums.qq : 0;
    }
    float twice = 2 * (scale * sums.xq + start * sums.x - scale * start * sums.q);
    return (Line){scale, start, sums.xx - twice + scale * scale * sums.qq + n * start * start};
}

LOCAL bool improve_line(const float *x, int count, float scale, float start, Levels levels, bool start_is_negative, Line *best) {
    float q[BLOCK];
    if (!(scale > 0)) return false;
    nearest(x, count, 1 / scale, start, levels, q);
    Line own = line_through(sums_of(x, q, count), count, start_is_negative);
    if (!(own.error < best->error) || own.scale < 0) return false;
    *best = own;
    return true;
}

/// The line with the least error. Tried are lines from near the lowest weight to near the highest, in quarters of a step; the best is
/// then refitted to its levels.
LOCAL Line fit_line(const float *x, int count, int highest_level, bool start_is_negative) {
    enum { TRIALS = 5, REFITS = 3 };
    const Levels levels = integer_levels(0, highest_level);
    float lowest, highest;
    bounds(x, count, &lowest, &highest);
    if (start_is_negative && lowest > 0) lowest = 0;
    Line best = {0, lowest, INFINITY};
    float step = (highest - lowest) / (float)highest_level;
    for (int low = 0; low < TRIALS; low++) {
        for (int high = 0; high < TRIALS; high++) {
            float start = lowest + 0.25f * (float)(low - 1) * step, end = highest - 0.25f * (float)(high - 1) * step;
            if (start_is_negative && start > 0) start = 0;
            improve_line(x, count, (end - start) / (float)highest_level, start, levels, start_is_negative, &best);
        }
    }
    for (int refit = 0; refit < REFITS; refit++)
        if (!improve_line(x, count, best.scale, best.start, levels, start_is_negative, &best)) break;
    return best;
}
