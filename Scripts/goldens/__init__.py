"""The parts of make-decoder-goldens.py and make-architecture-goldens.py."""
