// All that Swift sees of the kernels. Shapes are written [rows][columns], the last index running fastest in memory.
#pragma once
#include "processor.h"
#include "products.h"
#include "elementwise.h"
#include "activations.h"
#include "encode.h"
#include "attention.h"
#include "pages.h"
