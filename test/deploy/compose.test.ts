import { cp, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { startProcess } from "../support/command.ts";
import { blocksOf, documentedSettings, ROOT, readText } from "../support/guides.ts";

interface Service {
  environment?: Record<string, string>;
  secrets?: string[];
  networks?: string[];
  ports?: string[];
  volumes?: string[];
  image: string;
  build?: string;
  pull_policy?: string;
  read_only?: boolean;
  security_opt?: string[];
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { ipam?: { config: { subnet: string }[] }; internal?: boolean }>;
  volumes: Record<string, unknown>;
  secrets: Record<string, { file: string }>;
}

const compose: Compose = parse(readText("compose.yml"), { merge: true });
const { app, migrate, postgres, caddy, backup, restore } = compose.services as Record<
  string,
  Required<Service>
>;

describe("compose.yml", () => {
  it("sets only documented settings of the service", () => {
    const documented = documentedSettings();
    const set = [app, migrate].flatMap((service) => Object.keys(service?.environment ?? {}));
    expect(set.length).toBeGreaterThan(8);
    expect(set.filter((name) => !documented.includes(name))).toEqual([]);
  });

  it("trusts the network of the reverse proxy, which PostgreSQL is not in", () => {
    const subnet = compose.networks.web?.ipam?.config[0]?.subnet;
    expect(app?.environment.TRUSTED_PROXIES).toBe(subnet);
    expect(caddy?.networks).toEqual(["web"]);
    expect(postgres?.networks).toEqual(["database"]);
    expect(compose.networks.database?.internal).toBe(true);
  });

  it("publishes only the reverse proxy to other machines", () => {
    const published = Object.entries(compose.services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port]),
    );
    expect(published.filter(([, port]) => !port?.startsWith("127.0.0.1:")).map(([name]) => name)).toEqual([
      "caddy",
      "caddy",
      "caddy",
    ]);
    expect(published).toContainEqual(["app", "127.0.0.1:8500:8500"]);
  });

  it("gives the service no secret of the owner of the tables, and no way to write files", () => {
    expect(app?.secrets.filter((name) => /owner|migration|postgres/.test(name))).toEqual([]);
    expect([app?.read_only, migrate?.read_only]).toEqual([true, true]);
    for (const name of ["app", "migrate", "postgres", "caddy"])
      expect(compose.services[name]?.security_opt, name).toContain("no-new-privileges:true");
  });

  it("builds its image once, because parallel builds of one image collide, and never looks for it in a registry", () => {
    const own = Object.entries(compose.services).filter(([, { image }]) => image === app?.image);
    expect(own.map(([name, { build, pull_policy }]) => [name, build, pull_policy])).toEqual([
      ["app", ".", "build"],
      ["migrate", undefined, "never"],
    ]);
  });

  it("backs up and restores with the tools of the server's version", () => {
    expect(postgres?.image).toMatch(/^postgres:\d+$/);
    expect([backup?.image, restore?.image]).toEqual([postgres?.image, postgres?.image]);
  });

  it("names only networks, volumes and secrets that it defines", () => {
    for (const [name, service] of Object.entries(compose.services)) {
      const { networks = [], secrets = [], volumes = [] } = service;
      const named = volumes
        .map((volume) => volume.split(":")[0] ?? "")
        .filter((volume) => !volume.startsWith("."));
      expect(Object.keys(compose.networks), name).toEqual(expect.arrayContaining(networks));
      expect(Object.keys(compose.secrets), name).toEqual(expect.arrayContaining(secrets));
      expect(Object.keys(compose.volumes), name).toEqual(expect.arrayContaining(named));
    }
  });

  it("takes from .env exactly the variables that docs/self-hosting.md sets", () => {
    const used = [...readText("compose.yml").matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    const [block] = blocksOf("docs/self-hosting.md").filter(({ label }) => label === ".env");
    const set = [...(block?.code.matchAll(/^(\w+)=/gm) ?? [])].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(set.sort());
  });
});

describe("deploy/create-secrets", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "secrets-"));
    await cp(join(ROOT, "deploy"), join(directory, "deploy"), { recursive: true });
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const create = () => startProcess(join(directory, "deploy/create-secrets"), []).ended;
  const read = async () => {
    const names = await readdir(join(directory, "secrets"));
    const texts = await Promise.all(names.map((name) => readFile(join(directory, "secrets", name), "utf8")));
    return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ""]));
  };

  it("creates the secrets of compose.yml in a private folder, and keeps them when it runs again", async () => {
    expect(await create()).toMatchObject({ code: 0, stderr: "" });
    const secrets = await read();
    expect(
      Object.keys(secrets)
        .map((name) => `secrets/${name}`)
        .sort(),
    ).toEqual(
      Object.values(compose.secrets)
        .map(({ file }) => file)
        .sort(),
    );
    expect((await stat(join(directory, "secrets"))).mode & 0o777).toBe(0o700);
    expect(new Set(Object.values(secrets)).size).toBe(Object.keys(secrets).length);
    expect(secrets.database_url).toBe(
      `postgres://tracker_app:${secrets.app_password?.trim()}@postgres:5432/${postgres?.environment.POSTGRES_DB}\n`,
    );
    expect(await create()).toMatchObject({ code: 0, stdout: "" });
    expect(await read()).toEqual(secrets);
  });
});
