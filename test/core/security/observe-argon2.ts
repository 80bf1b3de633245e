import { vi } from "vitest";

type Observed = {
  /** The Wasm instances that were made, in order: that of Argon2, then that of BLAKE2b, and so on. */
  instances: WebAssembly.Instance[];
  /** The memory in KiB of each Argon2 hash that was computed. */
  hashes: number[];
  /** Makes the next hash end by a trap in the midst of its work. */
  trapOnce: () => void;
};

/**
 * Loads a module that uses the Argon2 driver, both afresh, with their Wasm instances under observation. Undo
 * it by `vi.unstubAllGlobals()`.
 */
export async function observeArgon2<Module>(load: () => Promise<Module>): Promise<Module & Observed> {
  const instances: WebAssembly.Instance[] = [];
  const hashes: number[] = [];
  let trap = false;

  const Instance = new Proxy(WebAssembly.Instance, {
    construct(target, [module]) {
      const instance = new target(module);
      instances.push(instance);
      const calculate = instance.exports.Hash_Calculate;
      const isArgon2 = "Hash_SetMemorySize" in instance.exports;
      if (!isArgon2 || typeof calculate !== "function") return instance;
      const Hash_Calculate = (unused: number, memoryKib: number) => {
        hashes.push(memoryKib);
        calculate(unused, memoryKib);
        if (trap) {
          trap = false;
          throw new WebAssembly.RuntimeError("unreachable");
        }
      };
      return { exports: { ...instance.exports, Hash_Calculate } };
    },
  });
  vi.stubGlobal("WebAssembly", Object.assign(Object.create(WebAssembly), { Instance }));
  vi.resetModules();
  return {
    ...(await load()),
    instances,
    hashes,
    trapOnce: () => {
      trap = true;
    },
  };
}

/** All of an instance's memory, as it is now. */
export function memoryOf(instance: WebAssembly.Instance | undefined): Uint8Array {
  const memory = instance?.exports.memory;
  if (!(memory instanceof WebAssembly.Memory)) throw new Error("The instance has no memory.");
  return new Uint8Array(memory.buffer);
}
