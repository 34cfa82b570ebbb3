#include "products_families.h"

const ProductKernels *product_kernels(KernelFamily family) {
    switch (family) {
        default: return &products_portable;
    }
}
