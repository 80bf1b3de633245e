/** Whether a Worker's binding is one that puts messages on a queue. */
export const isQueue = (binding: unknown): binding is Queue =>
  typeof binding === "object" &&
  binding !== null &&
  "sendBatch" in binding &&
  typeof binding.sendBatch === "function";
