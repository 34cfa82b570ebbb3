"""The parts of make-decoder-goldens.py: an independent forward pass, the tiny models, the story model and the peer."""
