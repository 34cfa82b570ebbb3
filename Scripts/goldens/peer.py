"""llama.cpp through its Python binding: the logits of a GGUF file, calculated by other people's code.

Needs libllama, built for this machine, and the binding `llama_cpp` of the same version on the Python path
(PyPI: llama-cpp-python). Keys and values are kept as float32 and flash attention is off.
"""

import ctypes
import os

import numpy as np


class Peer:
    def __init__(self, library_folder):
        os.environ["LLAMA_CPP_LIB_PATH"] = os.fspath(library_folder)
        import llama_cpp.llama_cpp as binding

        self.binding = binding
        self.silence = binding.llama_log_callback(lambda level, text, data: None)
        binding.llama_log_set(self.silence, ctypes.c_void_p(0))
        binding.llama_backend_init()

    def logits(self, path, tokens):
        """The logits [n, vocabulary] after each of the tokens, read in one batch."""
        lib = self.binding
        model = lib.llama_model_load_from_file(os.fspath(path).encode(), lib.llama_model_default_params())
        if not model:
            raise RuntimeError(f"llama.cpp cannot load {path}")
        context = lib.llama_init_from_model(model, self.context_parameters(len(tokens)))
        batch = lib.llama_batch_init(len(tokens), 0, 1)
        batch.n_tokens = len(tokens)
        for index, token in enumerate(tokens):
            batch.token[index], batch.pos[index] = token, index
            batch.n_seq_id[index], batch.seq_id[index][0], batch.logits[index] = 1, 0, True
        if lib.llama_decode(context, batch) != 0:
            raise RuntimeError(f"llama.cpp cannot decode with {path}")
        vocabulary = lib.llama_vocab_n_tokens(lib.llama_model_get_vocab(model))
        flat = np.ctypeslib.as_array(lib.llama_get_logits(context), (len(tokens) * vocabulary,))
        logits = flat.reshape(len(tokens), vocabulary).astype(np.float64)
        lib.llama_batch_free(batch)
        lib.llama_free(context)
        lib.llama_model_free(model)
        return logits

    def context_parameters(self, count):
        lib = self.binding
        parameters = lib.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = max(count, 64)
        parameters.n_threads = parameters.n_threads_batch = 1
        parameters.type_k = parameters.type_v = 0  # float32
        parameters.flash_attn_type = lib.LLAMA_FLASH_ATTN_TYPE_DISABLED
        return parameters
