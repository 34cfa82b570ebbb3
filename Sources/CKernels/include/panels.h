// Panels: sixteen vectors side by side, [dimensions][16]. Methods that choose keys compare queries with panels of cached keys, or of what
// stands for keys: their bounds, their means. Single-threaded, no allocation.
#pragma once
#include "pages.h"
#include "processor.h"

enum { PANEL_WIDTH = 16 };

typedef struct {
    /// The keys in the slots from `slot` (a multiple of 16) on, as key_block_read gives them: panel [padded key dimension][16].
    void (*keys)(const PageShape *shape, const void *block, int32_t slot, float *panel);
    /// The largest and smallest elements over a panel's vectors, into lane `lane` of the panel bounds [2][dimensions][16].
    void (*bounds)(int32_t dimensions, const float *panel, int32_t lane, float *bounds);
    /// Dot products of vectors [rows][dimensions] with those of a panel: scores [rows][16], `stride` floats from row to row.
    void (*scores)(int32_t dimensions, int32_t rows, const float *vectors, const float *panel, float *scores, size_t stride);
    /// largest [16] = the largest of it and the dot products of all rows.
    void (*largest)(int32_t dimensions, int32_t rows, const float *vectors, const float *panel, float *largest);
    /// For each of vectors [rows][dimensions] the place of the vector of panels [panels][dimensions][16] with which its dot product is
    /// largest; of equals the first, and 0 where nothing is a number.
    void (*nearest)(int32_t dimensions, int32_t rows, const float *vectors, int32_t panels, const float *panel, int32_t *nearest);
    /// sums [clusters][dimensions] += each of vectors [rows][dimensions] where its label says.
    void (*gather)(int32_t dimensions, int32_t rows, const float *vectors, const int32_t *labels, float *sums);
} PanelKernels;

/// The table of a family, or NULL where it is not compiled in. It may be used only if `kernel_family_supported` says so.
const PanelKernels *panel_kernels(KernelFamily family);
