/** Returns whether a Worker's binding is a producer of a queue. */
export const isQueue = (binding: unknown): binding is Queue =>
  typeof binding === "object" &&
  binding !== null &&
  "sendBatch" in binding &&
  typeof binding.sendBatch === "function";
