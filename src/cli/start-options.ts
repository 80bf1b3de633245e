import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { parseFlags, parseNewDataDir, parsePort } from "./flags.ts";
import { LOCAL_ADDRESS } from "./local/address.ts";
import { DATA_DIR } from "./local/connect.ts";
import { CliError } from "./output.ts";

const USAGE =
  "npm start -- [--port N] [--host ADDRESS] [--data DIR|memory] [--aw-webui DIR [--aw-webui-port N]]";

/** What `npm start -- --help` says. */
export const HELP = `Runs the whole system on this machine: the API in workerd, on a Postgres of its own.

Usage: ${USAGE}
       npm run dev   with the same flags; loads the source again when it changes

  --port N            where to listen, 0 for any free port; PORT, or 8500
  --host ADDRESS      listens on this address of the machine in place of 127.0.0.1; 0.0.0.0 for all of them
  --data DIR|memory   where to keep the data, memory to keep nothing; .data
  --aw-webui DIR      serves ActivityWatch's web interface, whose built files are in this folder, on a port of its own
  --aw-webui-port N   that port, 0 for any free one; 8501
  --help              shows this

It answers to localhost, 127.0.0.1, the addresses of --host and the names in ALLOWED_HOSTS.

Mails are not sent but kept as files, of which the log tells.

DATABASE_URL=postgres://… uses that database in place of its own, MAIL_API_URL that provider. All other settings, such as
ACCESS_TOKEN_TTL_SECONDS or CORS_ORIGINS, are taken from the environment too.`;

const DEFAULT_PORT = "8500";
const DEFAULT_WEB_UI_PORT = "8501";

export interface StartOptions {
  /** Where to listen; 0 for any free port. */
  port: number;
  /** The address to listen on. */
  host: string;
  /** An absolute path, or "memory". */
  dataDir: string;
  /** Undefined where nothing is kept. */
  logDir: string | undefined;
  watch: boolean;
  /** The folder of ActivityWatch's web interface, as an absolute path, and where it is served; undefined where it isn't. */
  webUi: { directory: string; port: number } | undefined;
}

/** What the command line and PORT ask for; undefined if it is help. Throws CliError if it makes no sense. */
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
  if (!isIP(host)) throw new CliError(`--host needs an IP address of this machine. Usage: ${USAGE}`);
  const dataDir = parseNewDataDir(data);
  const webUi = readWebUi(flags["aw-webui"], flags["aw-webui-port"]);
  const source = flags.port === undefined ? "PORT" : "--port";
  return { port: parsePort(port, USAGE, source), host, dataDir, logDir: logDirFor(dataDir), watch, webUi };
}

function readWebUi(directory: string | undefined, port: string | undefined): StartOptions["webUi"] {
  if (directory !== undefined) {
    const wanted = parsePort(port ?? DEFAULT_WEB_UI_PORT, USAGE, "--aw-webui-port");
    return { directory: resolve(directory), port: wanted };
  }
  if (port !== undefined) throw new CliError(`--aw-webui-port goes with --aw-webui. Usage: ${USAGE}`);
  return undefined;
}

/** Beside the data, so that two systems on one machine don't share them; in `logs` for the data in its usual place. */
function logDirFor(dataDir: string): string | undefined {
  if (dataDir === "memory") return undefined;
  return dataDir === DATA_DIR ? join(DATA_DIR, "../logs") : join(dataDir, "logs");
}
