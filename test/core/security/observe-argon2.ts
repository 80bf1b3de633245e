import { vi } from "vitest";

type Observed = {
  /** Wasm instances in the order of their creation: Argon2, BLAKE2b, and so on. */
  instances: WebAssembly.Instance[];
  /** Memory in KiB of each Argon2 hash. */
  hashes: number[];
  /** Makes the next hash trap halfway. */
  trapOnce: () => void;
};

/**
 * Reloads the Argon2 driver and a module that uses it, and observes their Wasm instances. `vi.unstubAllGlobals()` ends the
 * observation.
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

/** Returns the current memory of an instance. */
export function memoryOf(instance: WebAssembly.Instance | undefined): Uint8Array {
  const memory = instance?.exports.memory;
  if (!(memory instanceof WebAssembly.Memory)) throw new Error("The instance has no memory.");
  return new Uint8Array(memory.buffer);
}
