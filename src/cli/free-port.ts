import { createServer } from "node:net";
import { CliError } from "./output.ts";

/** `port`, or a free one if it is 0. Throws CliError if it can't be listened on at 127.0.0.1. */
export function requireFreePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port)));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const free = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(free));
    });
  });
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE")
    return new CliError(`Port ${port} is in use. Stop what uses it, or add --port N.`);
  if (error.code === "EACCES") return new CliError(`Port ${port} is not yours to use. Add --port N.`);
  return error;
}
