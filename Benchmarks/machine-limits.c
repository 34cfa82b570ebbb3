// What this machine can do at best: reading from memory and caches, and arithmetic from registers and the first-level cache.
//
// Build and use (nothing need be said about the processor; what it lacks is reported as "not available"):
//   cc -O3 machine-limits.c -o machine-limits -lpthread
//   machine-limits [THREADS] [MEBIBYTES]            (all processors and 1024 MiB unless told otherwise)
//
// Each test runs seven times with one thread and seven times with all. Put a kernel's rate beside the line it leans on.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif
#endif

enum { mostThreads = 256, runs = 7, accumulators = 12, rounds = 20000000, level1Elements = 4096, level1Rounds = 100000 };

static char *memory;
static size_t memoryBytes = (size_t)1 << 30;
static int threadCount;
static volatile double sink;  // results go here so that no work can be left out

/// One thread's share of a test; gives the units of work done: bytes or operations.
typedef double (*Work)(int thread);

// MARK: Reading

typedef uint64_t Lanes __attribute__((vector_size(64)));

/// Reads this thread's share of the first `bytes` of the memory, `times` over.
static inline __attribute__((always_inline)) double readShare(int thread, size_t bytes, int times) {
    const size_t share = bytes / (size_t)threadCount & ~(size_t)255;
    const char *start = memory + (size_t)thread * share;
    Lanes a = {0}, b = {0}, c = {0}, d = {0};
    for (int round = 0; round < times; round++) {
        for (size_t place = 0; place < share; place += 256) {
            const Lanes *lanes = (const Lanes *)(start + place);
            a |= lanes[0], b |= lanes[1], c |= lanes[2], d |= lanes[3];
        }
        __asm__ volatile("" ::: "memory");
    }
    a |= b | c | d;
    sink += (double)a[0];
    return (double)share * times;
}

#define READERS(suffix, attribute)                                                                          \
    attribute static double readMemory##suffix(int thread) { return readShare(thread, memoryBytes, 1); }    \
    attribute static double readLevel3##suffix(int thread) { return readShare(thread, 16u << 20, 50); }     \
    attribute static double readLevel2##suffix(int thread) { return readShare(thread, 512u << 10, 1000); }

READERS(Portable, )

// MARK: fp32 multiply and add, in vectors as wide as the processor's

#define MULTIPLY_ADD(suffix, attribute, lanes)                                                              \
    typedef float Floats##suffix __attribute__((vector_size(4 * lanes)));                                   \
    attribute static double multiplyAdd##suffix(int thread) {                                               \
        Floats##suffix sums[accumulators], factor = {0}, addend = {0};                                      \
        factor += 0.999f, addend += 1e-9f;                                                                  \
        for (int k = 0; k < accumulators; k++) sums[k] = factor * (float)(k + thread);                      \
        for (long round = 0; round < rounds; round++) {                                                     \
            for (int k = 0; k < accumulators; k++) sums[k] = sums[k] * factor + addend;                     \
        }                                                                                                   \
        for (int k = 0; k < accumulators; k++) sink += sums[k][0];                                          \
        return 2.0 * lanes * accumulators * rounds;                                                         \
    }

MULTIPLY_ADD(Portable, , 4)

#if defined(__x86_64__)

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,f16c,fma")))
#define AVX512_BF16 __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))
#define AVX512_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

READERS(AVX512, AVX512)
MULTIPLY_ADD(AVX2, AVX2, 8)
MULTIPLY_ADD(AVX512, AVX512, 16)

// MARK: Dot instructions, from registers

AVX512_BF16 static double dotBF16(int thread) {
    __m512 sums[accumulators];
    const __m512bh x = (__m512bh)_mm512_set1_epi16(0x3f80), y = (__m512bh)_mm512_set1_epi16(0x3080);
    for (int k = 0; k < accumulators; k++) sums[k] = _mm512_set1_ps((float)(k + thread));
    for (long round = 0; round < rounds; round++) {
        for (int k = 0; k < accumulators; k++) sums[k] = _mm512_dpbf16_ps(sums[k], x, y);
    }
    for (int k = 0; k < accumulators; k++) sink += _mm512_reduce_add_ps(sums[k]);
    return 64.0 * accumulators * rounds;
}

AVX512_VNNI static double dotInt8(int thread) {
    __m512i sums[accumulators];
    __m512i x = _mm512_set1_epi8(1);
    for (int k = 0; k < accumulators; k++) sums[k] = _mm512_set1_epi32(k + thread);
    for (long round = 0; round < rounds; round++) {
        __asm__("" : "+v"(x));  // integer sums of a constant would be folded
        for (int k = 0; k < accumulators; k++) sums[k] = _mm512_dpbusd_epi32(sums[k], x, x);
    }
    for (int k = 0; k < accumulators; k++) sink += _mm512_reduce_add_epi32(sums[k]);
    return 128.0 * accumulators * rounds;
}

// MARK: Tile products, from registers

#if defined(__linux__)
#define AMX __attribute__((target("amx-tile,amx-bf16,amx-int8")))
enum { tileRounds = 4000000, tileProducts = 4 };

typedef struct {
    uint8_t palette, startRow, reserved[14];
    uint16_t rowBytes[16];
    uint8_t rows[16];
} TileShapes;

/// Eight tiles of 16 rows of 64 bytes, all zero.
AMX static void clearTiles(void) {
    static const TileShapes shapes = {
        .palette = 1, .rowBytes = {64, 64, 64, 64, 64, 64, 64, 64}, .rows = {16, 16, 16, 16, 16, 16, 16, 16}};
    _tile_loadconfig(&shapes);
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    _tile_zero(4);
    _tile_zero(5);
    _tile_zero(6);
    _tile_zero(7);
}

AMX static double tilesBF16(int thread) {
    (void)thread;
    clearTiles();
    for (long round = 0; round < tileRounds; round++) {
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_release();
    return 2.0 * 16 * 16 * 32 * tileProducts * tileRounds;
}

AMX static double tilesInt8(int thread) {
    (void)thread;
    clearTiles();
    for (long round = 0; round < tileRounds; round++) {
        _tile_dpbusd(0, 4, 6);
        _tile_dpbusd(1, 4, 7);
        _tile_dpbusd(2, 5, 6);
        _tile_dpbusd(3, 5, 7);
    }
    _tile_release();
    return 2.0 * 16 * 16 * 64 * tileProducts * tileRounds;
}

/// Linux hands out tiles on request; a processor without them is refused.
static bool hasTiles(void) { return syscall(SYS_arch_prctl, 0x1023, 18) == 0; }
#endif

// MARK: f16 that is converted on the way, and exponentials, from the first-level cache

static __thread uint16_t halves[2][level1Elements] __attribute__((aligned(64)));
static __thread float singles[level1Elements] __attribute__((aligned(64)));

AVX512 static inline __m512 widened(const uint16_t *half) { return _mm512_cvtph_ps(_mm256_load_si256((const __m256i *)half)); }

AVX512 static double dotF16(int thread) {
    for (int k = 0; k < level1Elements; k++) halves[0][k] = 0x3c00, halves[1][k] = (uint16_t)(0x1400 + thread);
    __m512 sums[8] = {0};
    for (int round = 0; round < level1Rounds; round++) {
        for (int place = 0; place < level1Elements; place += 128) {
            for (int k = 0; k < 8; k++) {
                sums[k] = _mm512_fmadd_ps(widened(halves[0] + place + 16 * k), widened(halves[1] + place + 16 * k), sums[k]);
            }
        }
        __asm__ volatile("" ::: "memory");
    }
    for (int k = 0; k < 8; k++) sink += _mm512_reduce_add_ps(sums[k]);
    return 2.0 * level1Elements * level1Rounds;
}

AVX512 static double dotF16F32(int thread) {
    for (int k = 0; k < level1Elements; k++) halves[0][k] = 0x3c00, singles[k] = 1e-3f * (float)(thread + 1);
    __m512 sums[8] = {0};
    for (int round = 0; round < level1Rounds; round++) {
        for (int place = 0; place < level1Elements; place += 128) {
            for (int k = 0; k < 8; k++) {
                sums[k] = _mm512_fmadd_ps(widened(halves[0] + place + 16 * k), _mm512_load_ps(singles + place + 16 * k), sums[k]);
            }
        }
        __asm__ volatile("" ::: "memory");
    }
    for (int k = 0; k < 8; k++) sink += _mm512_reduce_add_ps(sums[k]);
    return 2.0 * level1Elements * level1Rounds;
}

/// e^x to about 2e-7: x = n ln 2 + f, and a polynomial of degree 5 in f.
AVX512 static inline __m512 exponential(__m512 x) {
    const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512 f = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693147181f), x);
    static const float coefficients[] = {8.3334519e-3f, 4.1665796e-2f, 0.16666667f, 0.5f, 1, 1};
    __m512 sum = _mm512_set1_ps(coefficients[0]);
    for (int k = 1; k < 6; k++) sum = _mm512_fmadd_ps(sum, f, _mm512_set1_ps(coefficients[k]));
    return _mm512_scalef_ps(sum, n);
}

AVX512 static double exponentials(int thread) {
    for (int k = 0; k < level1Elements; k++) singles[k] = -0.001f * (float)(k + thread);
    __m512 sums[4] = {0};
    for (int round = 0; round < level1Rounds; round++) {
        for (int place = 0; place < level1Elements; place += 64) {
            for (int k = 0; k < 4; k++) sums[k] = _mm512_add_ps(sums[k], exponential(_mm512_load_ps(singles + place + 16 * k)));
        }
        __asm__ volatile("" ::: "memory");
    }
    for (int k = 0; k < 4; k++) sink += _mm512_reduce_add_ps(sums[k]);
    return (double)level1Elements * level1Rounds;
}

static bool hasAVX2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static bool hasAVX512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
static bool hasBF16(void) { return hasAVX512() && __builtin_cpu_supports("avx512bf16"); }
static bool hasVNNI(void) { return hasAVX512() && __builtin_cpu_supports("avx512vnni"); }

static double readMemory(int thread) { return hasAVX512() ? readMemoryAVX512(thread) : readMemoryPortable(thread); }
static double readLevel3(int thread) { return hasAVX512() ? readLevel3AVX512(thread) : readLevel3Portable(thread); }
static double readLevel2(int thread) { return hasAVX512() ? readLevel2AVX512(thread) : readLevel2Portable(thread); }

#else

static double readMemory(int thread) { return readMemoryPortable(thread); }
static double readLevel3(int thread) { return readLevel3Portable(thread); }
static double readLevel2(int thread) { return readLevel2Portable(thread); }

#endif

static bool always(void) { return true; }

// MARK: Running

static Work currentWork;
static atomic_int waiting;
static double unitsDone[mostThreads], starts[mostThreads], ends[mostThreads];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void *runThread(void *argument) {
    const int thread = (int)(intptr_t)argument;
#if defined(__linux__)
    cpu_set_t processors;
    CPU_ZERO(&processors);
    CPU_SET(thread, &processors);
    sched_setaffinity(0, sizeof processors, &processors);  // where it is not allowed, the threads float
#endif
    atomic_fetch_sub(&waiting, 1);
    while (atomic_load(&waiting) > 0) sched_yield();
    starts[thread] = now();
    unitsDone[thread] = currentWork(thread);
    ends[thread] = now();
    return NULL;
}

/// Units of work a second by `threads` threads that start together.
static double rate(Work work, int threads) {
    pthread_t handles[mostThreads];
    currentWork = work, threadCount = threads;
    atomic_store(&waiting, threads);
    for (int thread = 0; thread < threads; thread++) {
        if (pthread_create(&handles[thread], NULL, runThread, (void *)(intptr_t)thread) != 0) {
            fprintf(stderr, "machine-limits: cannot start %d threads\n", threads);
            exit(1);
        }
    }
    double units = 0, first = 1e300, last = 0;
    for (int thread = 0; thread < threads; thread++) {
        pthread_join(handles[thread], NULL);
        units += unitsDone[thread];
        if (starts[thread] < first) first = starts[thread];
        if (ends[thread] > last) last = ends[thread];
    }
    return units / (last - first);
}

static int ascending(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

typedef struct {
    const char *name, *unit;
    Work work;
    bool (*available)(void);
} Test;

static void report(const Test *test, int threads) {
    double rates[runs];
    for (int run = 0; run < runs; run++) rates[run] = rate(test->work, threads) / 1e9;
    qsort(rates, runs, sizeof *rates, ascending);
    printf("%-30s %3d threads   lowest %8.1f   median %8.1f   highest %8.1f %s\n", test->name, threads, rates[0], rates[runs / 2],
           rates[runs - 1], test->unit);
    fflush(stdout);
}

static const Test tests[] = {
    {"read, memory", "GB/s", readMemory, always},
    {"read, 16 MiB", "GB/s", readLevel3, always},
    {"read, 512 KiB", "GB/s", readLevel2, always},
    {"fp32 multiply-add, 4 lanes", "GFLOP/s", multiplyAddPortable, always},
#if defined(__x86_64__)
    {"fp32 multiply-add (AVX2)", "GFLOP/s", multiplyAddAVX2, hasAVX2},
    {"fp32 multiply-add (AVX-512)", "GFLOP/s", multiplyAddAVX512, hasAVX512},
    {"bf16 dot (AVX-512 BF16)", "GFLOP/s", dotBF16, hasBF16},
    {"int8 dot (AVX-512 VNNI)", "GOP/s", dotInt8, hasVNNI},
#if defined(__linux__)
    {"bf16 tiles (AMX)", "GFLOP/s", tilesBF16, hasTiles},
    {"int8 tiles (AMX)", "GOP/s", tilesInt8, hasTiles},
#endif
    {"f16 x f16 in fp32 (AVX-512)", "GFLOP/s", dotF16, hasAVX512},
    {"f16 x fp32 (AVX-512)", "GFLOP/s", dotF16F32, hasAVX512},
    {"exp of fp32 (AVX-512)", "G/s", exponentials, hasAVX512},
#endif
};

int main(int argumentCount, char **arguments) {
    long threads = argumentCount > 1 ? strtol(arguments[1], NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);
    const long mebibytes = argumentCount > 2 ? strtol(arguments[2], NULL, 10) : 1024;
    if (threads < 1 || mebibytes < 16 || argumentCount > 3) {
        fprintf(stderr, "use: machine-limits [THREADS] [MEBIBYTES, at least 16]\n");
        return 64;
    }
    if (threads > mostThreads) threads = mostThreads;
    memoryBytes = (size_t)mebibytes << 20;
    memory = mmap(NULL, memoryBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    if (memory == MAP_FAILED) {
        fprintf(stderr, "machine-limits: no %ld MiB of memory to be had\n", mebibytes);
        return 70;
    }
#if defined(MADV_HUGEPAGE)
    madvise(memory, memoryBytes, MADV_HUGEPAGE);
#endif
    memset(memory, 1, memoryBytes);
    for (size_t index = 0; index < sizeof tests / sizeof *tests; index++) {
        if (!tests[index].available()) {
            printf("%-30s not available\n", tests[index].name);
            continue;
        }
        report(&tests[index], 1);
        if (threads > 1) report(&tests[index], (int)threads);
    }
    return 0;
}
