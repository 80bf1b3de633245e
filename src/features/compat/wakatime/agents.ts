/** Properties of a program, read from its user agent. */
export interface Agent {
  editor: string | null;
  operatingSystem: string | null;
  /** Plugin of the editor, such as `vim-wakatime`. */
  plugin: string | null;
  version: string | null;
  isBrowserExtension: boolean;
  isDesktopApp: boolean;
}

interface Product {
  name: string;
  version: string;
  /** Words before the product that are not products, such as `Visual Studio` in `Visual Studio Code/1.90`. */
  words: string[];
}

/** Products and comments (RFC 9110, 10.1.5), and other words: names of programs may have spaces. */
const TOKENS = /\(([^()]*)\)?|([^\s()]+)/g;

const PLUGIN = /(?:^|[-.])(?:waka|hacka)time(?:[-.]|$)/i;

/** Programs of WakaTime that plugins start. */
const LAUNCHERS = /^wakatime(?:-ls|-cli)?$|^waka-relay$/i;

const RUNTIME = /^(?:go|python|java|node)v?[\d.]/i;

/** Products that every browser names, and frameworks built on browsers. */
const ENGINE =
  /^(?:mozilla|applewebkit|gecko|chrome|chromium|safari|firefox|edga?|opr|version|mobile|electron)$/i;

/** Language models, which a user agent names before the program that uses them. */
const MODEL =
  /^(?:gpt|o\d|opus|sonnet|haiku|fable|mythos|gemini|composer|swe|glm|deepseek|llama|qwen|codestral|grok|kimi|nemotron)$/i;

const OPERATING_SYSTEMS: Record<string, string> = {
  android: "Android",
  cros: "ChromeOS",
  darwin: "Mac",
  freebsd: "FreeBSD",
  ipad: "iOS",
  iphone: "iOS",
  linux: "Linux",
  mac: "Mac",
  macintosh: "Mac",
  macos: "Mac",
  win: "Windows",
  windows: "Windows",
};

/** Plugins that are named for the system they run on, and that see every program there. */
const DESKTOPS = /^(?:windows|macos|mac|linux|desktop)-wakatime$/i;

const BROWSERS = /^(?:chrome|firefox|edge|safari|opera|brave|vivaldi|arc)-wakatime$/i;

/** Editors that different plugins name differently. */
const EDITORS: Record<string, string> = { ktexteditor: "kate", "visual studio code": "vscode" };

/** Reads the editor, the operating system and the plugin from a user agent of WakaTime's form. */
export function readAgent(text: string): Agent {
  const { products, comments, words } = readTokens(text);
  const isBrowser = /^mozilla\//i.test(text);
  const programs = products.filter(
    ({ name }) => isProgram(name) && !(isBrowser && ENGINE.test(lastWord(name))),
  );
  const place = programs.findLastIndex(({ name }) => PLUGIN.test(name));
  const plugin = programs[place];
  const editor =
    (plugin && namesakeOf(plugin, programs)) ??
    programs.slice(0, plugin ? place : undefined).findLast(isHost)?.name ??
    hostOf(plugin?.name) ??
    words.map(hostOf).findLast(Boolean);
  return {
    editor: editor ? (EDITORS[editor.toLowerCase()] ?? editor) : null,
    operatingSystem: systemOf(text, comments, [
      ...words,
      ...products.flatMap((product) => [...product.words, product.name]),
    ]),
    plugin: plugin?.name ?? null,
    version: plugin?.version || null,
    isBrowserExtension: BROWSERS.test(plugin?.name ?? ""),
    isDesktopApp: DESKTOPS.test(plugin?.name ?? ""),
  };
}

function readTokens(text: string) {
  const products: Product[] = [];
  const comments: string[] = [];
  let words: string[] = [];
  for (const [, comment, word = ""] of text.matchAll(TOKENS)) {
    const [version, name, maker] = word.split("/").reverse();
    if (comment !== undefined) comments.push(comment);
    else if (name === undefined) words.push(word);
    else {
      // `jetbrains/PyCharm/2023.1` is PyCharm; the first part is its maker.
      const short = name || (maker ?? "");
      products.push({
        name: PLUGIN.test(short) ? short : fullName(short, words),
        version: version ?? "",
        words,
      });
      words = [];
    }
  }
  return { products, comments, words };
}

/** Returns a name with the words before it that belong to it: not runtimes, nor words that begin in lower case, as no name does. */
function fullName(name: string, words: string[]): string {
  const start = words.findLastIndex((word) => RUNTIME.test(word) || /^[a-z]|_/.test(word)) + 1;
  return name === "" ? "" : [...words.slice(start), name].join(" ");
}

const lastWord = (name: string) => name.slice(name.lastIndexOf(" ") + 1);

const isHost = ({ name }: Product) => !PLUGIN.test(name);

const isProgram = (name: string) =>
  !/^(?:unknown)?$/i.test(name) &&
  !LAUNCHERS.test(name) &&
  !MODEL.test(name) &&
  !RUNTIME.test(`${name}/0`) &&
  !Object.hasOwn(OPERATING_SYSTEMS, name.toLowerCase());

/** Returns the name of the program that the plugin's name has in it. Words before the plugin may belong to either, or to neither. */
function namesakeOf({ name, words }: Product, programs: Product[]): string | undefined {
  const own = hostOf(name);
  const found = programs.find(
    (other) => isHost(other) && lastWord(other.name).toLowerCase() === own?.toLowerCase(),
  );
  if (!found || !own) return undefined;
  return found.name === fullName(own, words) ? found.name : lastWord(found.name);
}

/** Returns the program that a plugin runs in: `vim` for `vim-wakatime`, `zsh` for `wakatime-zsh-plugin`; undefined if none is named. */
function hostOf(plugin = ""): string | undefined {
  if (DESKTOPS.test(plugin) || RUNTIME.test(plugin) || systemIn(plugin)) return undefined;
  const name = plugin.replace(/[-.]?(?:waka|hacka)time[-.]?/i, "").replace(/-?plugin[\d.]*$/i, "");
  return name === "" || name === "unknown" ? undefined : name;
}

function systemOf(text: string, comments: string[], words: string[]): string | null {
  const [comment = ""] = comments;
  if (/\bWSL\d?\b/i.test(comment)) return "WSL";
  if (/android/i.test(comment)) return "Android";
  if (/\bchrome os\b/i.test(comment)) return "ChromeOS";
  const known = [comment, ...words].map(systemIn).find(Boolean);
  // `wakatime-cli` also names systems that are not in the table, with their versions.
  return known ?? (/^wakatime\//i.test(text) ? /^([A-Za-z]+)-\d/.exec(comment)?.[1] : undefined) ?? null;
}

/** Returns the first operating system that a text names. */
const systemIn = (text: string) =>
  text
    .split(/[-_;/\s]+/)
    .map((word) => OPERATING_SYSTEMS[word.toLowerCase().replace(/^win\d+$/, "win")])
    .find(Boolean);
