// Weights turned into the storage types of weight files. Single-threaded, no allocation, the same bits on every machine.
#pragma once
#include "products.h"
#include <stddef.h>

/// Writes `count` weights, a multiple of the format's block, as a row of the format.
///
/// Plain numbers are rounded to the nearest. In blocks the sum of squared errors is made small: scales and minima are searched for by
/// least squares, around where the largest weight falls on the last level. Values that are not finite give any numbers.
void encode_weights(WeightFormat format, const float *x, ptrdiff_t count, void *row);
