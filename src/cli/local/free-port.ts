import { createServer } from "node:net";
import { CliError } from "../output.ts";

/**
 * Returns `port`, or a free one if it is 0. Throws CliError, which advises another value of `flag`, if the port of one of `addresses`
 * can't be used.
 */
export async function requireFreePort(port: number, addresses: string[], flag: string): Promise<number> {
  let free = port;
  for (const address of addresses) free = await tryPort(free, address, flag);
  return free;
}

function tryPort(port: number, address: string, flag: string): Promise<number> {
  return new Promise((resolve, reject) => {
    // An open connection would keep the server from closing.
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port, flag)));
    server.listen(port, address, () => {
      const used = server.address();
      const free = typeof used === "object" && used !== null ? used.port : port;
      server.close(() => resolve(free));
    });
  });
}

function explain(error: NodeJS.ErrnoException, port: number, flag: string): Error {
  if (error.code === "EADDRINUSE")
    return new CliError(
      `Port ${port} is in use. Stop the process that uses it, or choose another with ${flag} N.`,
    );
  if (error.code === "EACCES")
    return new CliError(
      `Port ${port} requires privileges that you don't have. Choose another with ${flag} N.`,
    );
  if (error.code === "EADDRNOTAVAIL") return new CliError("--host is not an address of this machine.");
  return error;
}
