/** What the name of a program tells of where it runs. */
export interface Agent {
  editor: string | null;
  operatingSystem: string | null;
}

/** `wakatime/v1.98.5 (linux-6.1.0-x86_64) go1.22.3 vim/9.1 vim-wakatime/11.1.1`, of the program that most plugins start. */
const BY_PROGRAM = /^wakatime\/\S+ \(([A-Za-z]+)[^)]*\) \S+ ([^\s/]+)\//;

/** `Chrome/121.0.0.0 mac_x86-64 chrome-wakatime/3.0.18`, of browsers. */
const BY_BROWSER = /^([^\s/]+)\/\S+ ([A-Za-z]+)\S* \S+-wakatime\//;

/** `vscode-wakatime/24.2.0`, of plugins that send by themselves. */
const BY_PLUGIN = /(?:^|\s)([^\s/]+)-wakatime\//;

const OPERATING_SYSTEMS: Record<string, string> = {
  cros: "ChromeOS",
  darwin: "Mac",
  freebsd: "FreeBSD",
  linux: "Linux",
  mac: "Mac",
  macos: "Mac",
  win: "Windows",
  windows: "Windows",
};

/** The editor and the system that the name of a program of WakaTime's has in it. */
export function readAgent(text: string): Agent {
  const [, system, program] = BY_PROGRAM.exec(text) ?? [];
  if (program !== undefined) return { editor: program, operatingSystem: systemOf(system) };
  const [, browser, browsersSystem] = BY_BROWSER.exec(text) ?? [];
  if (browser !== undefined) return { editor: browser, operatingSystem: systemOf(browsersSystem) };
  const [, plugin] = BY_PLUGIN.exec(text) ?? [];
  return { editor: plugin ?? null, operatingSystem: null };
}

const systemOf = (name = "") => OPERATING_SYSTEMS[name.toLowerCase()] ?? name;
