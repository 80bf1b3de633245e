import { argon2Module, blake2bModule } from "#argon2-modules";

/** Inputs of Argon2: P, S, K, X, m, t, p, T and y in RFC 9106 (3.1). */
export type Argon2Input = {
  password: Uint8Array;
  salt: Uint8Array;
  /** Default: none. */
  secret?: Uint8Array;
  /** Default: none. */
  associatedData?: Uint8Array;
  memoryKib: number;
  iterations: number;
  parallelism: number;
  tagBytes: number;
  /** Default: argon2id, the only variant that passwords should use (RFC 9106, 4). */
  variant?: keyof typeof VARIANTS;
  /** Memory that hashes usually need. Larger memory is released some time after its use. Default: `memoryKib`. */
  keepMemoryKib?: number;
};

/**
 * Computes the Argon2 tag (RFC 9106, version 1.3) of `input`, `tagBytes` long.
 *
 * It never yields, and all hashes of an isolate share one instance: each instance has its own memory, and a few dozen concurrent sign-ins
 * would exhaust the 128 MB of an isolate. All data that derives from the password is wiped before it returns.
 *
 * @throws {RangeError} for parameters that RFC 9106 (3.1) excludes
 */
export function argon2(input: Argon2Input): Uint8Array {
  assertParameters(input);
  // Removed while in use: a hash that was aborted (by a trap or the CPU time limit) leaves data that derives from the password, and a
  // stack that the next hash would not start at its top. Such an instance must not be reused.
  const engine = idle ?? createEngine();
  idle = undefined;
  const tag = new Uint8Array(input.tagBytes);
  fillTag(engine, input, tag);
  wipe(engine, input.memoryKib);
  if (isWorthKeeping(engine, input)) idle = engine;
  return tag;
}

const VARIANTS = { argon2d: 0, argon2i: 1, argon2id: 2 };
const VERSION = 0x13;
const BLOCK_BYTES = 1024;
const DIGEST_BYTES = 64;
/** Length of the buffer for the input and the digest of the BLAKE2b binary. */
const BLAKE2B_BUFFER_BYTES = 16_384;
const MAX_HASHES_WHILE_TOO_LARGE = 100;

let idle: Engine | undefined;

type Engine = {
  blocks: Argon2Exports;
  /** Start of the blocks. The binary's stack and data are below; nothing else is above. */
  workOffset: number;
  /** Content below `workOffset` while no hash is computed. */
  blocksAtRest: Uint8Array;
  digests: Blake2bExports;
  /** Content of the memory of `digests` while no hash is computed. */
  digestsAtRest: Uint8Array;
  /** Largest memory that a hash has needed. */
  memoryKib: number;
  /** Number of consecutive hashes that did not need the larger memory. */
  hashesWhileTooLarge: number;
};

type Argon2Exports = {
  memory: WebAssembly.Memory;
  Hash_GetBuffer: () => number;
  Hash_SetMemorySize: (bytes: number) => number;
  Hash_Calculate: (unused: number, memoryKib: number) => void;
};

type Blake2bExports = {
  memory: WebAssembly.Memory;
  Hash_GetBuffer: () => number;
  Hash_Init: (digestBits: number) => void;
  Hash_Update: (bytes: number) => void;
  Hash_Final: () => void;
};

function assertParameters(input: Argon2Input): void {
  const { memoryKib, iterations, parallelism, tagBytes, salt } = input;
  const numbers = [memoryKib, iterations, parallelism, tagBytes];
  const fit = numbers.every((value) => Number.isInteger(value) && value < 2 ** 32);
  const allowed = parallelism >= 1 && memoryKib >= 8 * parallelism && iterations >= 1 && tagBytes >= 4;
  if (!fit || !allowed || salt.length < 8) throw new RangeError("Invalid Argon2 parameters.");
}

function createEngine(): Engine {
  // Both binaries are in the repository, so their exports are known.
  const blocks = new WebAssembly.Instance(argon2Module).exports as Argon2Exports;
  const digests = new WebAssembly.Instance(blake2bModule).exports as Blake2bExports;
  const workOffset = blocks.Hash_GetBuffer();
  return {
    blocks,
    blocksAtRest: copyMemory(blocks, workOffset),
    workOffset,
    digests,
    digestsAtRest: copyMemory(digests),
    memoryKib: 0,
    hashesWhileTooLarge: 0,
  };
}

function fillTag(engine: Engine, input: Argon2Input, tag: Uint8Array): void {
  const { memoryKib, iterations, parallelism, tagBytes, variant = "argon2id" } = input;
  const work = reserve(engine, memoryKib);
  const parameters = littleEndian(parallelism, tagBytes, memoryKib, iterations, VERSION, VARIANTS[variant]);

  // H0, followed by the two numbers that distinguish the first blocks (RFC 9106, 3.2, steps 1 to 4).
  const seed = new Uint8Array(DIGEST_BYTES + 8);
  const inputs = [input.password, input.salt, input.secret, input.associatedData];
  const withLengths = inputs.flatMap((bytes = new Uint8Array()) => [littleEndian(bytes.length), bytes]);
  seed.set(blake2b(engine, DIGEST_BYTES, [parameters, ...withLengths]));
  const laneBlocks = 4 * Math.floor(memoryKib / (4 * parallelism));
  for (let lane = 0; lane < parallelism; lane++) {
    for (let column = 0; column < 2; column++) {
      seed.set(littleEndian(column, lane), DIGEST_BYTES);
      const start = (lane * laneBlocks + column) * BLOCK_BYTES;
      fillVariableLengthHash(engine, seed, work.subarray(start, start + BLOCK_BYTES));
    }
  }
  seed.fill(0);

  // The binary reads its parameters after the blocks, and writes the last block over the first.
  work.set(parameters, memoryKib * BLOCK_BYTES);
  engine.blocks.Hash_Calculate(0, memoryKib);
  fillVariableLengthHash(engine, work.subarray(0, BLOCK_BYTES), tag);
}

/** Returns memory for the blocks and the parameters after them. */
function reserve(engine: Engine, memoryKib: number): Uint8Array {
  const { blocks, workOffset } = engine;
  const bytes = neededBytes(memoryKib);
  if (workOffset + bytes > blocks.memory.buffer.byteLength) {
    if (blocks.Hash_SetMemorySize(bytes) !== 0)
      throw new RangeError("Not enough memory for this Argon2 hash.");
    engine.blocksAtRest = copyMemory(blocks, workOffset);
  }
  return new Uint8Array(blocks.memory.buffer, workOffset, bytes);
}

function wipe({ blocks, blocksAtRest, workOffset, digests, digestsAtRest }: Engine, memoryKib: number): void {
  new Uint8Array(blocks.memory.buffer, workOffset, neededBytes(memoryKib)).fill(0);
  new Uint8Array(blocks.memory.buffer).set(blocksAtRest);
  new Uint8Array(digests.memory.buffer).set(digestsAtRest);
}

/**
 * Returns whether the engine is worth keeping. Memory cannot shrink, so the whole engine is replaced by a smaller one, but not immediately:
 * garbage collection does not account for such memory (workerd held 4 GB after 60 hashes of 64 MiB), and large hashes come in groups.
 */
function isWorthKeeping(engine: Engine, { memoryKib, keepMemoryKib = memoryKib }: Argon2Input): boolean {
  engine.memoryKib = Math.max(engine.memoryKib, memoryKib);
  const isTooLarge = engine.memoryKib > keepMemoryKib && memoryKib <= keepMemoryKib;
  engine.hashesWhileTooLarge = isTooLarge ? engine.hashesWhileTooLarge + 1 : 0;
  return engine.hashesWhileTooLarge < MAX_HASHES_WHILE_TOO_LARGE;
}

function neededBytes(memoryKib: number): number {
  return (memoryKib + 1) * BLOCK_BYTES;
}

function copyMemory({ memory }: { memory: WebAssembly.Memory }, bytes?: number): Uint8Array {
  return new Uint8Array(memory.buffer).slice(0, bytes);
}

/** Fills `output` with H' of RFC 9106 (3.3). */
function fillVariableLengthHash(engine: Engine, input: Uint8Array, output: Uint8Array): void {
  const first = Math.min(DIGEST_BYTES, output.length);
  let digest = blake2b(engine, first, [littleEndian(output.length), input]);
  let filled = 0;
  while (output.length - filled > DIGEST_BYTES) {
    output.set(digest.subarray(0, 32), filled);
    filled += 32;
    digest = blake2b(engine, Math.min(DIGEST_BYTES, output.length - filled), [digest]);
  }
  output.set(digest, filled);
}

/** Returns a view of the digest in the binary's own buffer, which is valid until the next call. */
function blake2b(engine: Engine, digestBytes: number, parts: Uint8Array[]): Uint8Array {
  const { memory, Hash_GetBuffer, Hash_Init, Hash_Update, Hash_Final } = engine.digests;
  const buffer = new Uint8Array(memory.buffer, Hash_GetBuffer(), BLAKE2B_BUFFER_BYTES);
  Hash_Init(digestBytes * 8);
  for (const part of parts) {
    for (let start = 0; start < part.length; start += BLAKE2B_BUFFER_BYTES) {
      const chunk = part.subarray(start, start + BLAKE2B_BUFFER_BYTES);
      buffer.set(chunk);
      Hash_Update(chunk.length);
    }
  }
  Hash_Final();
  return buffer.subarray(0, digestBytes);
}

/** Encodes `values` as 32-bit little-endian numbers. */
function littleEndian(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value, true);
  return bytes;
}
