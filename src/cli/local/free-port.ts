import { createServer } from "node:net";
import { CliError } from "../output.ts";
import { LOCAL_ADDRESS } from "./address.ts";

/** Returns `port`, or a free one if it is 0. Throws CliError if the port of `host` can't be used. */
export function requireFreePort(port: number, host: string = LOCAL_ADDRESS): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port)));
    server.listen(port, host, () => {
      const address = server.address();
      const free = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(free));
    });
  });
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE")
    return new CliError(
      `Port ${port} is in use. Stop the process that uses it, or choose another with --port N.`,
    );
  if (error.code === "EACCES")
    return new CliError(
      `Port ${port} requires privileges that you don't have. Choose another with --port N.`,
    );
  if (error.code === "EADDRNOTAVAIL") return new CliError("--host is not an address of this machine.");
  return error;
}
