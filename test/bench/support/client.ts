import { Agent, request } from "node:http";

/** A request to a server. */
export interface Sent {
  method?: string;
  path: string;
  token?: string;
  body?: object;
  /** Address that the request comes from, as the edge reports it. Default: one address for all requests. */
  address?: string;
}

export interface Received {
  status: number;
  text: string;
}

/** Opens an HTTP client that keeps its connections and does little else, so that it leaves the CPU to the servers. */
export function openClient(url: string) {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true });
  const send = (sent: Sent) =>
    new Promise<Received>((resolve, reject) => {
      const { method = "GET", path, token, body, address = "192.0.2.1" } = sent;
      const payload = body && JSON.stringify(body);
      const headers = {
        "CF-Connecting-IP": address,
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(payload !== undefined && {
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(payload),
        }),
      };
      const outgoing = request({ agent, hostname, port, method, path, headers }, (incoming) => {
        let text = "";
        incoming.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
        });
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, text }));
        incoming.on("error", reject);
      });
      // Retries if the server has closed an idle connection just before it was reused.
      outgoing.on("error", (error) => (outgoing.reusedSocket ? resolve(send(sent)) : reject(error)));
      outgoing.end(payload);
    });
  return { send, close: () => agent.destroy() };
}

export type Client = ReturnType<typeof openClient>;

/** Returns the body of an answer with status 200. */
export function bodyOf<Body = Record<string, string>>({ status, text }: Received): Body {
  if (status !== 200) throw new Error(`Answered ${status}: ${text}`);
  return JSON.parse(text);
}
