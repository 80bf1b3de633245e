import { LOCAL_ADDRESS } from "../address.ts";
import type { Bundle } from "../build/bundle.ts";
import type { Compatibility } from "./wrangler-toml.ts";

/** Name of the socket for commands of the parent process. */
export const CONTROL = "control";

/** Returns the name of the socket of the API on the address with this index. */
export const socketName = (index: number): string => `http-${index}`;

interface ConfigOptions {
  /** The version of the runtime's behavior, from wrangler.toml. */
  compatibility: Compatibility;
  /** Names of the settings, which workerd takes from its environment, so that no secret is written to a file. */
  bindings: string[];
  /** Folder of the static files. */
  assets: string;
  /** Addresses and ports to listen on, in the form of a URL's host. */
  hosts: string[];
}

/** Returns the configuration with which workerd serves `bundle`, in Cap'n Proto's text format (workerd.capnp describes it). */
export function createConfig(
  { main, modules }: Bundle,
  { compatibility, bindings, assets, hosts }: ConfigOptions,
): string {
  const others = modules.filter((file) => file !== main);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
    (name = "assets", disk = (path = ${quote(assets)})),
  ],
  sockets = [
    ${hosts.map((host, index) => socket(socketName(index), host, API)).join("\n    ")}
    ${socket(CONTROL, `${LOCAL_ADDRESS}:0`, `http = (), service = (name = "main", entrypoint = "control")`)}
  ],
  logging = (structuredLogging = true),
);
const worker :Workerd.Worker = (
  modules = [
    (name = ${quote(main)}, esModule = embed ${quote(main)}),
    ${others.map((file) => `(name = ${quote(`./${file}`)}, wasm = embed ${quote(file)}),`).join("\n    ")}
  ],
  compatibilityDate = ${quote(compatibility.date)},
  compatibilityFlags = [${compatibility.flags.map(quote).join(", ")}],
  bindings = [
    (name = "ASSETS", service = "assets"),
    ${bindings.map((name) => `(name = ${quote(name)}, fromEnvironment = ${quote(name)}),`).join("\n    ")}
  ],
);
`;
}

/**
 * Cloudflare overwrites CF-Connecting-IP, but workerd keeps the value that a client sends. Unless --host is given, only this machine can
 * connect, so its address is set; with --host, all clients count as one.
 */
const API = `http = (injectRequestHeaders = [(name = "CF-Connecting-IP", value = ${quote(LOCAL_ADDRESS)})]), service = "main"`;

function socket(name: string, address: string, rest: string): string {
  return `(name = ${quote(name)}, address = ${quote(address)}, ${rest}),`;
}

/** Writes a text as a literal of Cap'n Proto, whose escapes are those of C. */
function quote(text: string): string {
  return JSON.stringify(text);
}
