/*
 * Fills the memory of Argon2 (RFC 9106, version 1.3), with WebAssembly's SIMD instructions. `npm run argon2` compiles it to
 * argon2-fill.wasm, which has the exports and the memory layout of hash-wasm's binary: after the blocks are six parameters, and the result
 * replaces the first block. The caller computes everything that takes BLAKE2b.
 *
 * It processes two permutations P side by side: each vector has a word of each. So the diagonals of P need no shuffles, as they do if a
 * vector has two words of the same P. Measured in workerd, this takes a tenth less time (docs/decisions/0022-argon2-with-simd.md).
 */
#include <stdint.h>
#include <wasm_simd128.h>

typedef v128_t Vector;

enum {
  PAGE_BYTES = 65536,
  BLOCK_WORDS = 128,
  BLOCK_VECTORS = 64,
  SLICES = 4,
};

typedef union {
  uint64_t words[BLOCK_WORDS];
  Vector vectors[BLOCK_VECTORS];
} Block;

/* The parameters in the order in which H0 hashes them (RFC 9106, 3.2, step 1), which is also that of hash-wasm's binary. */
typedef struct {
  uint32_t lanes;
  uint32_t tag_bytes;
  uint32_t memory_kib;
  uint32_t passes;
  uint32_t version;
  uint32_t variant;
} Parameters;

enum { ARGON2I = 1, ARGON2ID = 2 };

/* Stack and variables are in the first page, the blocks after it. The linker fails if the first page is too small. */
static Block *const BLOCKS = (Block *)PAGE_BYTES;

#define EXPORT(name) __attribute__((export_name(name)))
#define INLINE static inline __attribute__((always_inline))
/* Unrolled, the loops over a block would make the binary three times as large, for 4 % less time. */
#define ROLLED _Pragma("clang loop unroll(disable)")

/* Rotations to the right of both words. */

INLINE Vector rotate_32(Vector x) { return wasm_i32x4_shuffle(x, x, 1, 0, 3, 2); }

/* In V8, a swizzle with constants takes less time than a shuffle of bytes. */
INLINE Vector rotate_24(Vector x) {
  return wasm_i8x16_swizzle(x, wasm_i8x16_const(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10));
}

INLINE Vector rotate_16(Vector x) {
  return wasm_i8x16_swizzle(x, wasm_i8x16_const(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9));
}

INLINE Vector rotate_63(Vector x) { return wasm_v128_or(wasm_i64x2_shl(x, 1), wasm_u64x2_shr(x, 63)); }

/* Adds `b` and twice `product` to `*a`. */
INLINE void add(Vector *a, Vector b, Vector product) {
  *a = wasm_i64x2_add(wasm_i64x2_add(*a, b), wasm_i64x2_shl(product, 1));
}

/*
 * Computes a = a + b + 2 * lower half of a * lower half of b, for four words each. The multiplication takes adjacent halves, so the lower
 * halves of two vectors are moved into one.
 */
INLINE void multiply_add(Vector *a0, Vector *a1, Vector b0, Vector b1) {
  Vector a = wasm_i32x4_shuffle(*a0, *a1, 0, 2, 4, 6);
  Vector b = wasm_i32x4_shuffle(b0, b1, 0, 2, 4, 6);
  add(a0, b0, wasm_u64x2_extmul_low_u32x4(a, b));
  add(a1, b1, wasm_u64x2_extmul_high_u32x4(a, b));
}

/* GB of RFC 9106 (3.6), twice for each of two permutations. */
INLINE void mix(Vector *a0, Vector *a1, Vector *b0, Vector *b1, Vector *c0, Vector *c1, Vector *d0, Vector *d1) {
  multiply_add(a0, a1, *b0, *b1);
  *d0 = rotate_32(wasm_v128_xor(*d0, *a0));
  *d1 = rotate_32(wasm_v128_xor(*d1, *a1));
  multiply_add(c0, c1, *d0, *d1);
  *b0 = rotate_24(wasm_v128_xor(*b0, *c0));
  *b1 = rotate_24(wasm_v128_xor(*b1, *c1));
  multiply_add(a0, a1, *b0, *b1);
  *d0 = rotate_16(wasm_v128_xor(*d0, *a0));
  *d1 = rotate_16(wasm_v128_xor(*d1, *a1));
  multiply_add(c0, c1, *d0, *d1);
  *b0 = rotate_63(wasm_v128_xor(*b0, *c0));
  *b1 = rotate_63(wasm_v128_xor(*b1, *c1));
}

/* P of RFC 9106 (3.6), for the 16 words v[i][0] and the 16 words v[i][1]. */
INLINE void permute(Vector v[16]) {
  mix(&v[0], &v[1], &v[4], &v[5], &v[8], &v[9], &v[12], &v[13]);
  mix(&v[2], &v[3], &v[6], &v[7], &v[10], &v[11], &v[14], &v[15]);
  mix(&v[0], &v[1], &v[5], &v[6], &v[10], &v[11], &v[15], &v[12]);
  mix(&v[2], &v[3], &v[7], &v[4], &v[8], &v[9], &v[13], &v[14]);
}

/* Puts the two words of `p`, of one permutation, beside those of `q`, of the other. */
INLINE void interleave(Vector v[2], Vector p, Vector q) {
  v[0] = wasm_i64x2_shuffle(p, q, 0, 2);
  v[1] = wasm_i64x2_shuffle(p, q, 1, 3);
}

/*
 * Sets `target` to G(x, y) of RFC 9106 (3.5); if `is_xor`, to its exclusive or with the previous content, as all passes but the first do
 * (3.2, step 6).
 */
static void compress(Block *target, const Block *x, const Block *y, int is_xor) {
  static Block mixed;
  static Block rest;

  /* Rows of 16 words, two at a time. */
  ROLLED
  for (int row = 0; row < BLOCK_VECTORS; row += 16) {
    Vector v[16];
    for (int i = 0; i < 8; i++) {
      int p = row + i;
      int q = p + 8;
      Vector at_p = wasm_v128_xor(x->vectors[p], y->vectors[p]);
      Vector at_q = wasm_v128_xor(x->vectors[q], y->vectors[q]);
      rest.vectors[p] = is_xor ? wasm_v128_xor(at_p, target->vectors[p]) : at_p;
      rest.vectors[q] = is_xor ? wasm_v128_xor(at_q, target->vectors[q]) : at_q;
      interleave(&v[2 * i], at_p, at_q);
    }
    permute(v);
    for (int i = 0; i < 8; i++) interleave(&mixed.vectors[row + 2 * i], v[2 * i], v[2 * i + 1]);
  }

  /* Columns of two words, two at a time. */
  ROLLED
  for (int column = 0; column < 8; column += 2) {
    Vector v[16];
    for (int i = 0; i < 8; i++) {
      /* In `mixed`, the vectors of two rows alternate. */
      const Vector *at = &mixed.vectors[i / 2 * 16 + 2 * column + i % 2];
      interleave(&v[2 * i], at[0], at[2]);
    }
    permute(v);
    for (int i = 0; i < 8; i++) {
      Vector words[2];
      interleave(words, v[2 * i], v[2 * i + 1]);
      int at = 8 * i + column;
      target->vectors[at] = wasm_v128_xor(words[0], rest.vectors[at]);
      target->vectors[at + 1] = wasm_v128_xor(words[1], rest.vectors[at + 1]);
    }
  }
}

/* Numbers that determine the reference blocks of a segment (RFC 9106, 3.4.1.2), two words of 32 bits for each block. */
typedef struct {
  Block input;
  Block numbers;
} Addresses;

static void start_addresses(Addresses *of, const Parameters *parameters, uint32_t pass, uint32_t lane, uint32_t slice,
                            uint32_t blocks) {
  uint64_t *input = of->input.words;
  input[0] = pass;
  input[1] = lane;
  input[2] = slice;
  input[3] = blocks;
  input[4] = parameters->passes;
  input[5] = parameters->variant;
  input[6] = 0;
}

static void next_addresses(Addresses *of) {
  static Block zero;
  of->input.words[6]++;
  compress(&of->numbers, &zero, &of->input, 0);
  compress(&of->numbers, &zero, &of->numbers, 0);
}

/* Returns the index of a block in `area` blocks that precede the current one: later ones are more probable (RFC 9106, 3.4.2). */
static uint32_t position(uint32_t number, uint32_t area) {
  uint64_t square = (uint64_t)number * number >> 32;
  return area - 1 - (uint32_t)(area * square >> 32);
}

static void fill_segment(const Parameters *parameters, uint32_t pass, uint32_t slice, uint32_t lane) {
  static Addresses addresses;
  uint32_t segment_blocks = parameters->memory_kib / (SLICES * parameters->lanes);
  uint32_t lane_blocks = SLICES * segment_blocks;
  Block *own = BLOCKS + lane * lane_blocks;
  int is_start = pass == 0 && slice == 0;
  int is_independent = parameters->variant == ARGON2I || (parameters->variant == ARGON2ID && pass == 0 && slice < SLICES / 2);

  if (is_independent) start_addresses(&addresses, parameters, pass, lane, slice, lane_blocks * parameters->lanes);
  for (uint32_t index = 0; index < segment_blocks; index++) {
    if (is_independent && index % BLOCK_WORDS == 0) next_addresses(&addresses);
    /* The caller has computed the first two blocks of each lane. */
    if (is_start && index < 2) continue;

    uint32_t current = slice * segment_blocks + index;
    const Block *previous = own + (current == 0 ? lane_blocks : current) - 1;
    uint64_t numbers = is_independent ? addresses.numbers.words[index % BLOCK_WORDS] : previous->words[0];
    uint32_t other_lane = is_start ? lane : (uint32_t)(numbers >> 32) % parameters->lanes;

    /* Finished segments, and of the current one the blocks before `previous` in the same lane. */
    uint32_t area = pass == 0 ? slice * segment_blocks : lane_blocks - segment_blocks;
    if (other_lane == lane) area += index - 1;
    else if (index == 0) area--;
    uint32_t oldest = pass == 0 ? 0 : (slice + 1) * segment_blocks;
    uint32_t reference = (oldest + position((uint32_t)numbers, area)) % lane_blocks;

    compress(own + current, previous, BLOCKS + other_lane * lane_blocks + reference, pass > 0);
  }
}

/* Returns the address of the blocks. */
EXPORT("Hash_GetBuffer") uint32_t Hash_GetBuffer(void) { return PAGE_BYTES; }

/* Grows the memory to at least `bytes` for the blocks and the parameters. Returns 0, or -1 if it can't. */
EXPORT("Hash_SetMemorySize") int32_t Hash_SetMemorySize(uint32_t bytes) {
  uint32_t pages = 1 + bytes / PAGE_BYTES + (bytes % PAGE_BYTES != 0);
  uint32_t present = __builtin_wasm_memory_size(0);
  if (pages <= present) return 0;
  return __builtin_wasm_memory_grow(0, pages - present) == (uint32_t)-1 ? -1 : 0;
}

/* Fills the blocks, and writes the exclusive or of the last blocks of all lanes over the first block (RFC 9106, 3.2, steps 5 to 7). */
EXPORT("Hash_Calculate") void Hash_Calculate(uint32_t unused, uint32_t memory_kib) {
  (void)unused;
  const Parameters parameters = *(const Parameters *)(BLOCKS + memory_kib);
  uint32_t lane_blocks = memory_kib / (SLICES * parameters.lanes) * SLICES;
  for (uint32_t pass = 0; pass < parameters.passes; pass++) {
    for (uint32_t slice = 0; slice < SLICES; slice++) {
      for (uint32_t lane = 0; lane < parameters.lanes; lane++) fill_segment(&parameters, pass, slice, lane);
    }
  }
  for (uint32_t i = 0; i < BLOCK_VECTORS; i++) {
    Vector sum = BLOCKS[lane_blocks - 1].vectors[i];
    for (uint32_t lane = 1; lane < parameters.lanes; lane++) {
      sum = wasm_v128_xor(sum, BLOCKS[lane * lane_blocks + lane_blocks - 1].vectors[i]);
    }
    BLOCKS->vectors[i] = sum;
  }
}
