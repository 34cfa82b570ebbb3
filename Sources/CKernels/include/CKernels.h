// All that Swift sees of the kernels. Shapes are written [rows][columns], the last index running fastest in memory.
#pragma once
#include "processor.h"
#include "products.h"
#include "elementwise.h"
#include "encode.h"
#include "activations.h"
#include "attention.h"
#include "pages.h"
#include "gradients.h"
#include "transposes.h"
#include "rotations.h"
#include "attention_training.h"
#include "weight_gradients.h"
