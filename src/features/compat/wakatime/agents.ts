/** What the name of a program tells of itself and of where it runs. */
export interface Agent {
  editor: string | null;
  operatingSystem: string | null;
  /** What in the editor sends: `vim-wakatime`. */
  plugin: string | null;
  version: string | null;
  isBrowserExtension: boolean;
  isDesktopApp: boolean;
}

interface Product {
  name: string;
  version: string;
  /** What is before it and no product, such as `Visual Studio` of `Visual Studio Code/1.90`. */
  words: string[];
}

/** Products and comments (RFC 9110, 10.1.5), and words that are neither: names of programs may have blanks. */
const TOKENS = /\(([^()]*)\)?|([^\s()]+)/g;

const PLUGIN = /(?:^|[-.])(?:waka|hacka)time(?:[-.]|$)/i;

/** What stands between a plugin and the program that all plugins start. */
const BETWEEN = /^wakatime(?:-ls|-cli)?$|^waka-relay$/i;

const RUNTIME = /^(?:go|python|java|node)v?[\d.]/i;

/** What every browser calls itself, and what is made of one. */
const ENGINE =
  /^(?:mozilla|applewebkit|gecko|chrome|chromium|safari|firefox|edga?|opr|version|mobile|electron)$/i;

/** Models that wrote, which are told in front of the program that asked them. */
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

/** Plugins of these are named for where they run, and see every program there. */
const DESKTOPS = /^(?:windows|macos|mac|linux|desktop)-wakatime$/i;

const BROWSERS = /^(?:chrome|firefox|edge|safari|opera|brave|vivaldi|arc)-wakatime$/i;

/** Names that an editor has in one place and not in others. */
const EDITORS: Record<string, string> = { ktexteditor: "kate", "visual studio code": "vscode" };

/** The editor, the system and the plugin that the name of a program of WakaTime's has in it. */
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
      // `jetbrains/PyCharm/2023.1` is PyCharm; what is in front is who made it.
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

/** With the words before it that belong to its name: not a runtime, nor what begins in lower case, as names do not. */
function fullName(name: string, words: string[]): string {
  const start = words.findLastIndex((word) => RUNTIME.test(word) || /^[a-z]|_/.test(word)) + 1;
  return name === "" ? "" : [...words.slice(start), name].join(" ");
}

const lastWord = (name: string) => name.slice(name.lastIndexOf(" ") + 1);

const isHost = ({ name }: Product) => !PLUGIN.test(name);

const isProgram = (name: string) =>
  !/^(?:unknown)?$/i.test(name) &&
  !BETWEEN.test(name) &&
  !MODEL.test(name) &&
  !RUNTIME.test(`${name}/0`) &&
  !Object.hasOwn(OPERATING_SYSTEMS, name.toLowerCase());

/** The name of the program whose plugin it is, by their names: words before them may belong to either, or to neither. */
function namesakeOf({ name, words }: Product, programs: Product[]): string | undefined {
  const own = hostOf(name);
  const found = programs.find(
    (other) => isHost(other) && lastWord(other.name).toLowerCase() === own?.toLowerCase(),
  );
  if (!found || !own) return undefined;
  return found.name === fullName(own, words) ? found.name : lastWord(found.name);
}

/** Of a plugin, the name of what it is in: `vim` of `vim-wakatime`, `zsh` of `wakatime-zsh-plugin`; none where it says none. */
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
  // The program that plugins start names systems that are not known here too, with their versions.
  return known ?? (/^wakatime\//i.test(text) ? /^([A-Za-z]+)-\d/.exec(comment)?.[1] : undefined) ?? null;
}

/** The first system that a text names. */
const systemIn = (text: string) =>
  text
    .split(/[-_;/\s]+/)
    .map((word) => OPERATING_SYSTEMS[word.toLowerCase().replace(/^win\d+$/, "win")])
    .find(Boolean);
