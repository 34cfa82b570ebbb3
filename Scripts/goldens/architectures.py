"""Every architecture that decoders are held to."""

from . import llama_family, other_families

VARIANTS = llama_family.VARIANTS | other_families.VARIANTS
