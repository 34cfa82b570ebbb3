// What llama.cpp needs for a chunk of prefill and for a step of decoding when a cache already holds so many tokens.
//
// The cache is filled once, with chunks that were read in a small context of their own, as if nothing stood before them, and every
// repetition starts from it; llama-bench reads its way to the depth anew for every test. (The contents are meaningless; only the
// time counts.)
//
// Build, with LLAMA the source folder of llama.cpp and BUILD its build folder:
//   g++ -O2 -std=c++17 llama-depth.cpp -o llama-depth -I LLAMA/include -I LLAMA/ggml/include
//       -L BUILD/bin -lllama -lggml -lggml-base -Wl,-rpath,BUILD/bin          (one line)
//
// Use:
//   llama-depth MODEL [--threads N] [--flash 0|1] [--cache f16|q8_0] [--prefill N|0] [--decode N] [--depths N,N,…] [--repeat N]
//
// Prints one JSON object a line, with the keys of `apus bench --json` and the rate of every repetition in `samples`.
#include "llama.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Options {
    std::string model;
    int threads = 2;
    bool flash = true;
    ggml_type cacheType = GGML_TYPE_F16;
    int prefill = 512;  // 0: not measured
    int chunk = 512;    // tokens read at once while filling
    int decode = 24;
    int repeat = 3;
    std::set<int> depths = {0, 4096};
};

[[noreturn]] void fail(const std::string& message) {
    std::fprintf(stderr, "llama-depth: %s\n", message.c_str());
    std::exit(1);
}

int count(const std::string& text, int lowest) {
    char* end = nullptr;
    const long value = std::strtol(text.c_str(), &end, 10);
    if (text.empty() || *end || value < lowest || value > 1 << 24) fail("not a sensible number: " + text);
    return static_cast<int>(value);
}

std::set<int> counts(const std::string& text) {
    std::set<int> values;
    std::stringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) values.insert(count(part, 0));
    if (values.empty()) fail("--depths needs at least one number");
    return values;
}

ggml_type cacheType(const std::string& name) {
    if (name == "f16") return GGML_TYPE_F16;
    if (name == "q8_0") return GGML_TYPE_Q8_0;
    fail("--cache is f16 or q8_0, not " + name);
}

Options parse(int argumentCount, char** arguments) {
    if (argumentCount < 2) fail("name a model; the head of llama-depth.cpp says how it is used");
    Options options;
    options.model = arguments[1];
    for (int place = 2; place < argumentCount; place += 2) {
        const std::string name = arguments[place];
        if (place + 1 == argumentCount) fail(name + " needs a value");
        const std::string value = arguments[place + 1];
        if (name == "--threads") options.threads = count(value, 1);
        else if (name == "--flash") options.flash = count(value, 0) != 0;
        else if (name == "--cache") options.cacheType = cacheType(value);
        else if (name == "--prefill") options.prefill = count(value, 0);
        else if (name == "--decode") options.decode = count(value, 1);
        else if (name == "--repeat") options.repeat = count(value, 1);
        else if (name == "--depths") options.depths = counts(value);
        else fail("unknown option " + name);
    }
    options.chunk = options.prefill > 0 ? options.prefill : 512;
    return options;
}

// A model with a cache of two sequences: 0 is measured, 1 takes in what fills it.
class Engine {
public:
    explicit Engine(const Options& options) : options(options), batch(llama_batch_init(options.chunk, 0, 1)) {
        llama_model_params modelParameters = llama_model_default_params();
        modelParameters.progress_callback = [](float, void*) { return true; };  // else it prints dots
        model = llama_model_load_from_file(options.model.c_str(), modelParameters);
        if (!model) fail("cannot load " + options.model);
        context = makeContext(*options.depths.rbegin() + options.chunk + std::max(options.chunk, options.decode));
        filler = makeContext(options.chunk);
        memory = llama_get_memory(context);
        token = std::uniform_int_distribution<int>(0, llama_vocab_n_tokens(llama_model_get_vocab(model)) - 1);
    }

    ~Engine() {
        llama_batch_free(batch);
        llama_free(filler);
        llama_free(context);
        llama_model_free(model);
    }

    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // Reads `size` random tokens from `position` on; logits are asked of the last one.
    void read(int size, int position) { read(context, size, position); }

    void fill(int depth) {
        while (filled < depth) {
            const int size = std::min(options.chunk, depth - filled);
            read(filler, size, filled);
            std::vector<uint8_t> state(llama_state_seq_get_size(filler, 0));
            llama_state_seq_get_data(filler, state.data(), state.size(), 0);
            if (!llama_state_seq_set_data(context, state.data(), state.size(), 1)) fail("cannot fill the cache");
            llama_memory_seq_cp(memory, 1, 0, -1, -1);
            llama_memory_seq_rm(memory, 1, -1, -1);
            llama_memory_clear(llama_get_memory(filler), false);
            filled += size;
        }
    }

    // Forgets all that was read beyond the filled part.
    void rewind() { llama_memory_seq_rm(memory, 0, filled, -1); }

private:
    llama_context* makeContext(int tokens) const {
        llama_context_params parameters = llama_context_default_params();
        parameters.n_ctx = (tokens + 255) / 256 * 256;
        parameters.n_batch = parameters.n_ubatch = options.chunk;
        parameters.n_seq_max = 2;
        parameters.kv_unified = true;
        parameters.n_threads = parameters.n_threads_batch = options.threads;
        parameters.flash_attn_type = options.flash ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
        parameters.type_k = parameters.type_v = options.cacheType;
        llama_context* made = llama_init_from_model(model, parameters);
        if (!made) fail("cannot make a context of " + std::to_string(parameters.n_ctx) + " tokens");
        return made;
    }

    void read(llama_context* into, int size, int position) {
        batch.n_tokens = size;
        for (int index = 0; index < size; index++) {
            batch.token[index] = token(random);
            batch.pos[index] = position + index;
            batch.n_seq_id[index] = 1;
            batch.seq_id[index][0] = 0;
            batch.logits[index] = index == size - 1;
        }
        if (llama_decode(into, batch) != 0) fail("decoding failed at position " + std::to_string(position));
        llama_synchronize(into);
    }

    const Options options;
    llama_model* model = nullptr;
    llama_context* context = nullptr;
    llama_context* filler = nullptr;
    llama_memory_t memory = nullptr;
    llama_batch batch;
    std::mt19937 random{7};
    std::uniform_int_distribution<int> token;
    int filled = 0;
};

double seconds(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const size_t middle = values.size() / 2;
    return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void measure(Engine& engine, const Options& options, const char* test, int tokens, int depth, const std::function<void()>& work) {
    std::vector<double> rates;
    for (int repetition = 0; repetition < options.repeat; repetition++) {
        rates.push_back(tokens / seconds(work));
        engine.rewind();
    }
    std::printf("{\"test\": \"%s\", \"tokens\": %d, \"depth\": %d, \"flash\": %s, \"tokens_per_second\": %.3f, \"samples\": [", test,
                tokens, depth, options.flash ? "true" : "false", median(rates));
    for (size_t index = 0; index < rates.size(); index++) std::printf("%s%.3f", index ? ", " : "", rates[index]);
    std::printf("]}\n");
    std::fflush(stdout);
}

void run(const Options& options) {
    Engine engine(options);
    engine.read(options.chunk, 0);  // warms caches and clocks
    engine.rewind();
    for (const int depth : options.depths) {
        engine.fill(depth);
        if (options.prefill > 0) measure(engine, options, "prefill", options.prefill, depth, [&] { engine.read(options.prefill, depth); });
        measure(engine, options, "decode", options.decode, depth, [&] {
            for (int step = 0; step < options.decode; step++) engine.read(1, depth + step);
        });
    }
}

}  // namespace

int main(int argumentCount, char** arguments) {
    const Options options = parse(argumentCount, arguments);
    llama_log_set([](ggml_log_level level, const char* text, void*) {
        if (level >= GGML_LOG_LEVEL_ERROR) std::fputs(text, stderr);
    }, nullptr);
    llama_backend_init();
    run(options);
    llama_backend_free();
}
