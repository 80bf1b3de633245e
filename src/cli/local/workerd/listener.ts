import { createServer, type Server } from "node:net";

/** Sockets that listen already, one for each address, for a process that inherits their descriptors. */
export interface Listener {
  descriptors: number[];
  /** Closes them in this process, which can't answer. */
  close(): void;
}

/** Opens `count` listeners on one port. Rejects where the platform can't do that. */
export type OpenListeners = (count: number, port: number, addresses: string[]) => Promise<Listener[]>;

/**
 * Opens `count` listeners on one port, over which the kernel spreads connections. Rejects where the platform can't do that, or can't pass
 * a socket to another process: on macOS, on Windows, and before Node 22.12.
 */
export const openListeners: OpenListeners = async (count, port, addresses) => {
  const opened: Server[][] = [];
  try {
    for (let index = 0; index < count; index++) {
      const servers: Server[] = [];
      opened.push(servers);
      for (const address of addresses) servers.push(await listen(port, address));
    }
    return opened.map((servers) => ({
      descriptors: servers.map(descriptorOf),
      close: () => closeAll(servers),
    }));
  } catch (error) {
    closeAll(opened.flat());
    throw error;
  }
};

function listen(port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    // A connection that this process accepts would never be answered.
    const server = createServer((socket) => socket.destroy());
    server.once("error", reject);
    server.listen({ port, host, reusePort: true }, () => resolve(server));
  });
}

function closeAll(servers: Server[]): void {
  for (const server of servers) server.close();
}

/** Returns the descriptor of a listening socket, for which Node has no documented way. */
function descriptorOf(server: Server): number {
  const { fd } = (server as Server & { _handle?: { fd?: number } })._handle ?? {};
  if (fd === undefined || fd < 0) throw new Error("This socket has no descriptor.");
  return fd;
}
