import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { parseFlags, parseNewDataDir, parsePort } from "./flags.ts";
import { LOCAL_ADDRESS } from "./local/address.ts";
import { DATA_DIR } from "./local/data-directory.ts";
import { CliError } from "./output.ts";

const USAGE =
  "npm start -- [--port N] [--host ADDRESS] [--data DIR|memory] [--aw-webui DIR [--aw-webui-port N]]";

/** Help text of `npm start`. */
export const HELP = `Runs the API on this machine, in workerd, with an embedded Postgres.

Usage: ${USAGE}
       npm run dev   takes the same flags, and reloads when the source changes

  --port N            port to listen on, 0 for any free port (default: PORT, or 8500)
  --host ADDRESS      address to listen on besides localhost, 0.0.0.0 for all addresses (default: localhost only)
  --data DIR|memory   data directory, or memory to keep nothing (default: .data)
  --aw-webui DIR      also serve the built files of ActivityWatch's web interface in DIR
  --aw-webui-port N   port of that web interface, 0 for any free port (default: 8501)
  --help              show this help

The server accepts requests to localhost, 127.0.0.1, the addresses of --host and the names in ALLOWED_HOSTS.

Mail is not sent: each message is saved as a file, and the log names the file.

Set DATABASE_URL=postgres://… to use that database instead of the embedded one, and MAIL_API_URL to send mail. All other
settings, such as ACCESS_TOKEN_TTL_SECONDS or CORS_ORIGINS, are also read from the environment.`;

const DEFAULT_PORT = "8500";
const DEFAULT_WEB_UI_PORT = "8501";

/** Options of `npm start`. */
export interface StartOptions {
  /** Port to listen on; 0 for any free port. */
  port: number;
  /** Address to listen on. */
  host: string;
  /** An absolute path, or "memory". */
  dataDir: string;
  /** Undefined if nothing is kept. */
  logDir: string | undefined;
  watch: boolean;
  /** Folder of ActivityWatch's web interface, as an absolute path, and its port; undefined if it is not served. */
  webUi: { directory: string; port: number } | undefined;
}

/** Returns the options that the command line and PORT set; undefined if help is requested. Throws CliError if they are invalid. */
export function parseStartOptions(): StartOptions | undefined {
  const flags = parseFlags(
    {
      port: { type: "string" },
      host: { type: "string", default: LOCAL_ADDRESS },
      data: { type: "string", default: DATA_DIR },
      watch: { type: "boolean", default: false },
      "aw-webui": { type: "string" },
      "aw-webui-port": { type: "string" },
      help: { type: "boolean", default: false },
    },
    USAGE,
  );
  const { host, data, watch, help } = flags;
  if (help) return undefined;
  const port = flags.port ?? (process.env.PORT || DEFAULT_PORT);
  if (!isIP(host)) throw new CliError(`--host must be an IP address of this machine. Usage: ${USAGE}`);
  const dataDir = parseNewDataDir(data);
  const webUi = readWebUi(flags["aw-webui"], flags["aw-webui-port"]);
  const source = flags.port === undefined ? "PORT" : "--port";
  return { port: parsePort(port, USAGE, source), host, dataDir, logDir: logDirFor(dataDir), watch, webUi };
}

function readWebUi(directory: string | undefined, port: string | undefined): StartOptions["webUi"] {
  if (directory !== undefined) {
    const requestedPort = parsePort(port ?? DEFAULT_WEB_UI_PORT, USAGE, "--aw-webui-port");
    return { directory: resolve(directory), port: requestedPort };
  }
  if (port !== undefined) throw new CliError(`--aw-webui-port requires --aw-webui. Usage: ${USAGE}`);
  return undefined;
}

/** Returns the directory for logs: `logs` for the default data directory, and `logs` in any other, so that two systems never share one. */
function logDirFor(dataDir: string): string | undefined {
  if (dataDir === "memory") return undefined;
  return dataDir === DATA_DIR ? join(DATA_DIR, "../logs") : join(dataDir, "logs");
}
