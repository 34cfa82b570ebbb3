// Pages of cached keys and values: 64 tokens of one key/value head, as two self-contained blocks of bytes.
//
// Keys stand in *paired order*: a table says which dimension of the model stands at each place, so that the two members of
// a rotation pair are neighbours. Dimensions are padded to a multiple of 16 with zeros ("padded dimension" d below).
//   keys    f32 centre[d], then   f32: [d][64]   bf16, f16: [d/2][64][2]   q8: [d/4][64][4] as q + 128, then 64 bf16 scales
//   values                        f32: [64][d]   bf16, f16: [32][d][2]     q8: [16][d][4], then 64 bf16 scales
//                                 q4: [8][d][4] as q + 8 (low nibble: tokens 0-3 of 8, high nibble: 4-7), then 64 bf16 scales
// A key is stored less the page's centre: any vector is exact, and one near the mean of the keys saves short types from the
// large constant that projection biases put into every key. Scales are per token: x = scale * q.
// All blocks are multiples of 64 bytes and should start at one.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { PAGE_TOKENS = 64, DIMENSION_STEP = 16 };

/// How elements are kept. Q4 is for values only.
typedef enum { CACHE_F32, CACHE_BF16, CACHE_F16, CACHE_Q8, CACHE_Q4 } CacheElement;

/// What all pages of a layer have in common.
typedef struct {
    CacheElement key_type, value_type;
    int32_t key_dim, value_dim;       // dimensions of the model, not padded
    int32_t rotary_pairs;             // how many leading pairs of the paired order rotate
    const int32_t *pairing;           // [key_dim]: the model's dimension at each place of the paired order
} PageShape;

int32_t padded_dimension(int32_t dimension);
size_t key_block_bytes(CacheElement type, int32_t dimension);
size_t value_block_bytes(CacheElement type, int32_t dimension);

/// Rotates and writes `count` keys into slots from `slot` on. keys: [count] rows in the model's order, `stride` floats apart.
/// angles: [count][2][rotary_pairs], the cosines and then the sines by which each key turns; NULL leaves the keys raw.
/// The keys of a page that is written from its first slot on choose the centre anew (their mean), if `choose_centre` says so.
void key_block_write(const PageShape *shape, void *block, int32_t slot, int32_t count, const float *keys, size_t stride,
                     const float *angles, int choose_centre);
void value_block_write(const PageShape *shape, void *block, int32_t slot, int32_t count, const float *values, size_t stride);

/// Reads one key as it is stored (rotated, centre added): paired order, padded. For tests, summaries and conversions.
void key_block_read(const PageShape *shape, const void *block, int32_t slot, float *key);
/// Reads one value, padded.
void value_block_read(const PageShape *shape, const void *block, int32_t slot, float *value);

/// Sets the centre of an empty page: [padded key dimension] in paired order.
void key_block_set_centre(const PageShape *shape, void *block, const float *centre);
/// The mean of the first `count` keys: [padded key dimension] in paired order.
void key_block_mean(const PageShape *shape, const void *block, int32_t count, float *mean);

/// Brings `rows` vectors of the model's order to paired order, padded with zeros and multiplied by `scale`; the entries that
/// rotate also by `rotary_gain`.
void pair_rows(const PageShape *shape, int32_t rows, const float *from, size_t stride, float scale, float rotary_gain, float *to);
