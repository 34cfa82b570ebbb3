// 256 weights in groups whose scales (and minima) are small integers times one number for all: first each group by itself, then the
// integers around its own scale, then the number for all by least squares, and again.
#pragma once
#include "encode_fitting.h"

enum { MOST_GROUPS = SUPERBLOCK / HALF_BLOCK, GROUP_ROUNDS = 3 };

typedef struct {
    float scale;                    // of all, as half precision has it
    int8_t scales[MOST_GROUPS];
    float error;
} ScaledGroups;

typedef struct {
    float scale, least;             // of all, as half precision has them
    uint8_t scales[MOST_GROUPS], minima[MOST_GROUPS];
    float error;
} LineGroups;

static inline float rounded_to_half(float x) { return float_of_f16(f16_of_float(x)); }
/// The half-precision number nearest to x that is no smaller than it in magnitude: with a smaller one, the largest scale of a group
/// would not fit. The numbers of small weights are few.
static inline float half_beyond(float x) {
    uint16_t half = f16_of_float(x);
    bool is_short = fabsf(float_of_f16(half)) < fabsf(x) && (half & 0x7fff) < 0x7bff;
    return float_of_f16((uint16_t)(half + is_short));
}
static inline int nearest_integer(float x, int low, int high) {
    float bounded = x > (float)low ? x : (float)low;
    bounded = bounded < (float)high ? bounded : (float)high;
    return (int)(bounded + 12582912.0f - 12582912.0f);
}

// ---------------------------------------------------------------- scales alone: Q3_K, Q6_K, IQ4_XS

/// The best integer from one below to one above what `own`, the group's best scale, asks for.
LOCAL int choose_scale(const float *x, int count, float scale, float own, int most, Levels levels, float *error, float *q) {
    const int middle = nearest_integer(own / scale, -most, most - 1);
    int best = 0;
    *error = INFINITY;
    for (int candidate = middle - 1; candidate <= middle + 1; candidate++) {
        float trial[BLOCK];
        if (candidate < -most || candidate > most - 1) continue;
        float own_error = squared_error(x, count, scale * (float)candidate, 0, levels, trial);
        if (!(own_error < *error)) continue;
        *error = own_error;
        best = candidate;
        memcpy(q, trial, (size_t)count * sizeof *q);
    }
    return best;
}

/// Scales of groups are integers from -most to most - 1.
LOCAL ScaledGroups fit_scaled_groups(const float x[SUPERBLOCK], int count, int most, Levels levels) {
    const int groups = SUPERBLOCK / count;
    float own[MOST_GROUPS], extreme = 0;
    for (int g = 0; g < groups; g++) {
        own[g] = fit_scale(x + g * count, count, levels);
        if (fabsf(own[g]) > fabsf(extreme)) extreme = own[g];
    }
    ScaledGroups best = {0, {0}, INFINITY};
    float scale = half_beyond(extreme / (float)-most);
    for (int round = 0; round < GROUP_ROUNDS && scale != 0; round++) {
        ScaledGroups trial = {scale, {0}, 0};
        float products = 0, squares = 0;
        for (int g = 0; g < groups; g++) {
            float q[BLOCK] = {0}, error;
            int chosen = choose_scale(x + g * count, count, scale, own[g], most, levels, &error, q);
            Sums sums = sums_of(x + g * count, q, count);
            trial.scales[g] = (int8_t)chosen;
            trial.error += error;
            products += (float)chosen * sums.xq;
            squares += (float)(chosen * chosen) * sums.qq;
        }
        if (trial.error < best.error) best = trial;
        scale = squares > 0 ? rounded_to_half(products / squares) : 0;
    }
    return best;
}

// ---------------------------------------------------------------- scales and minima: Q2_K, Q4_K, Q5_K

/// The best pair of integers around what `own`, the group's best line, asks for.
LOCAL float choose_line(const float *x, int count, LineGroups *all, int g, Line own, int most, Levels levels, float *q) {
    const int scale = all->scale > 0 ? nearest_integer(own.scale / all->scale, 0, most) : 0;
    const int least = all->least > 0 ? nearest_integer(-own.start / all->least, 0, most) : 0;
    float error = INFINITY;
    for (int s = scale > 0 ? scale - 1 : 0; s <= scale + 1 && s <= most; s++) {
        for (int m = least > 0 ? least - 1 : 0; m <= least + 1 && m <= most; m++) {
            float trial[BLOCK];
            float own_error = squared_error(x, count, all->scale * (float)s, -all->least * (float)m, levels, trial);
            if (!(own_error < error)) continue;
            error = own_error;
            all->scales[g] = (uint8_t)s;
            all->minima[g] = (uint8_t)m;
            memcpy(q, trial, (size_t)count * sizeof *q);
        }
    }
    return error;
}

/// Scales and minima of groups are integers from 0 to `most`.
LOCAL LineGroups fit_line_groups(const float x[SUPERBLOCK], int count, int most, int highest_level) {
    const int groups = SUPERBLOCK / count;
    const Levels levels = integer_levels(0, highest_level);
    Line own[MOST_GROUPS];
    LineGroups best = {0, 0, {0}, {0}, INFINITY}, trial = best;
    for (int g = 0; g < groups; g++) {
        own[g] = fit_line(x + g * count, count, highest_level, true);
        if (own[g].scale > trial.scale) trial.scale = own[g].scale;
        if (-own[g].start > trial.least) trial.least = -own[g].start;
    }
    trial.scale = half_beyond(trial.scale / (float)most);
    trial.least = half_beyond(trial.least / (float)most);
    for (int round = 0; round < GROUP_ROUNDS; round++) {
        // Sums of products of s * q and m over all weights, for x = scale * (s * q) - least * m.
        float ss = 0, sm = 0, mm = 0, xs = 0, xm = 0;
        trial.error = 0;
        for (int g = 0; g < groups; g++) {
            float q[BLOCK] = {0};
            trial.error += choose_line(x + g * count, count, &trial, g, own[g], most, levels, q);
            Sums sums = sums_of(x + g * count, q, count);
            float s = trial.scales[g], m = trial.minima[g];
            ss += s * s * sums.qq;
            sm += s * m * sums.q;
            mm += m * m * (float)count;
            xs += s * sums.xq;
            xm += m * sums.x;
        }
        if (trial.error < best.error) best = trial;
        float determinant = ss * mm - sm * sm;
        if (!(determinant > 0)) break;
        trial.scale = rounded_to_half((xs * mm - xm * sm) / determinant);
        trial.least = rounded_to_half((xs * sm - xm * ss) / determinant);
        if (!(trial.scale > 0) || trial.least < 0) break;
    }
    return best;
}
