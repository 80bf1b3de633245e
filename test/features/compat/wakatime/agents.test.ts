import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { ask, beat, sendAll, signUpWithKey, unixTime } from "../../../support/heartbeats.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

interface Agent {
  value: string;
  editor: string | null;
  os: string | null;
  version: string | null;
  is_browser_extension: boolean;
  is_desktop_app: boolean;
}

/** User agents of programs, with the editor and the operating system that each names. */
const AGENTS: [value: string, editor: string | null, os: string | null][] = [
  ["wakatime/v1.98.5 (linux-6.1.0-x86_64) go1.22.3 vim/9.1 vim-wakatime/11.1.1", "vim", "Linux"],
  [
    "wakatime/v1.86.5 (linux-6.6.4-200.fc39.x86_64-unknown) go1.21.3 neovim/900 vim-wakatime/11.1.1",
    "neovim",
    "Linux",
  ],
  ["wakatime/v2.22.2 (linux-x86_64) go1.26.5 neovim/0.12 wakatime.nvim/12.0.0", "neovim", "Linux"],
  [
    "wakatime/13.0.4 (Linux-5.4.64-x86_64-with-glibc2.2.5) Python3.7.6.final.0 emacs-wakatime/1.0.2",
    "emacs",
    "Linux",
  ],
  ["wakatime/unset (linux-5.11.0-44-generic-x86_64) go1.16.13 emacs-wakatime/1.0.2", "emacs", "Linux"],
  ["wakatime/ (Linux-6.1.0-HOST-x86_64) KTextEditor/5.111.0 kate-wakatime/1.3.10", "kate", "Linux"],
  [
    "wakatime/13.0.7 (Linux-4.15.0-96-generic-x86_64) Python3.8.0.final.0 GoLand/2019.3.4 GoLand-wakatime/11.0.1",
    "GoLand",
    "Linux",
  ],
  [
    "wakatime/v1.60.4 (linux-5.15.78-1-MANJARO-unknown) go1.19.4 PyCharm/2022.3.1 RC PyCharm-wakatime/14.1.3",
    "PyCharm",
    "Linux",
  ],
  [
    "wakatime/v1.90.0 (darwin-23.4.0-arm64) go1.22 Android Studio/2023.1 Android Studio-wakatime/14.0",
    "Android Studio",
    "Mac",
  ],
  ["wakatime/6.2.0 (Darwin; arm64; macOS 15.2) PyCharm/2024.3.1 PyCharm-wakatime/15.0.3", "PyCharm", "Mac"],
  [
    "wakatime/v1.105.0 (linux-6.11.8-zen1-2-zen-unknown) go1.23.3 cursor/1.93.1 vscode-wakatime/24.8.0",
    "cursor",
    "Linux",
  ],
  [
    "wakatime/2.15.0 (linux-7.1.4-unknown) go1.26.4 vscodium/1.126.0 vscode-wakatime/30.2.1",
    "vscodium",
    "Linux",
  ],
  [
    "wakatime/v1.106.1 (linux-5.15.167.4-microsoft-standard-WSL2-unknown) go1.23.3 vscode/1.93.1 vscode-wakatime/24.9.2",
    "vscode",
    "WSL",
  ],
  ["wakatime/v2.0.12 (linux-wsl2-x86_64) go1.25.5 fish/4.5.0 terminal-wakatime/v1.1.5", "fish", "WSL"],
  [
    "wakatime/1.139.1 (linux-6.18.8-unknown) go1.25.5 helix/25.07.1 (74075bb5) wakatime-ls/0.2.2 helix-wakatime/0.2.2",
    "helix",
    "Linux",
  ],
  [
    "wakatime/v1.102.0 (windows-10.0.22631-x86_64) go1.22.5 sublime/4152 sublime-wakatime/11.0.8",
    "sublime",
    "Windows",
  ],
  ["wakatime/v1.130.0 (darwin-25.0.0-arm64) go1.24.4 Zed/1.2.6+stable.280 Zed-wakatime/0.1.10", "Zed", "Mac"],
  ["wakatime/v1.131.0 (darwin-25.0.0-arm64) go1.24.4 Xcode/16.0-23140 xcode-wakatime/5.27.2", "Xcode", "Mac"],
  ["wakatime/v1.131.0 (darwin-25.0.0-arm64) go1.24.4 Figma/116.14 macos-wakatime/5.27.2", "Figma", "Mac"],
  [
    "wakatime/v1.115.2 (windows-10.0.22631.5335-x86_64) go1.24.2 Microsoft Excel/16.0 windows-wakatime/2.1.6",
    "Microsoft Excel",
    "Windows",
  ],
  [
    "wakatime/v1.102.1 (windows-10.0.27718.1000-x86_64) go1.22.5 Notepad++/unknown windows-wakatime/0.5.0",
    "Notepad++",
    "Windows",
  ],
  [
    "wakatime/v1.130.0 (darwin-25.0.0-arm64) go1.24.4 Adobe Photoshop 2024/unknown macos-wakatime/5.27.2",
    "Adobe Photoshop 2024",
    "Mac",
  ],
  ["HBuilder X/4.56 (Windows_NT 10.0.26100)", "HBuilder X", "Windows"],
  ["wakatime/v2.7.0 (linux-6.19.12-200.fc43.x86_64-unknown) go1.25.9 Claude/2.1.118", "Claude", "Linux"],
  ["wakatime/v1.130.1 (linux-6.6.87-x86_64) go1.24.4 claude-code-wakatime/2.1.0", "claude-code", "Linux"],
  ["wakatime/v1.139.1 (darwin-25.2.0-arm64) go1.25.5 claude-code", "claude-code", "Mac"],
  ["wakatime/v2.21.4 (darwin-25.5.0-arm64) go1.26.4 opus/4-8 claude-code/2.1.202", "claude-code", "Mac"],
  [
    "wakatime/v2.21.4 (linux-x86_64) go1.26.4 gpt/5.5-xhigh vscode-wakatime/unknown vscode/1.124.0",
    "vscode",
    "Linux",
  ],
  ["wakatime/v1.139.4 (darwin-arm64) go1.25.5 cursor/1.105.1 claude vscode-wakatime/29.0.3", "cursor", "Mac"],
  [
    "wakatime/v1.131.0 (darwin-arm64) go1.24.4 cursor/1.99.3 vscode-wakatime/25.3.1 waka-relay/0.2.1",
    "cursor",
    "Mac",
  ],
  ["wakatime/v2.13.0 (linux-x86_64) Roo Code vscode/1.119.0 vscode-wakatime/30.1.3", "vscode", "Linux"],
  ["wakatime/v1.107.0 (linux-6.11.8) go1.23.3 jetbrains/PyCharm/2023.1", "PyCharm", "Linux"],
  ["wakatime/v1.98.3 (linux-x86_64) go1.22.5 wakatime-zsh-plugin/0.2.2", "zsh", "Linux"],
  ["Chrome/114.0.0.0 linux_x86-64 chrome-wakatime/3.0.17", "Chrome", "Linux"],
  ["Chrome/147.0.0.0 cros_x86-64 chrome-wakatime/4.1.0", "Chrome", "ChromeOS"],
  ["Chrome/111.0.0.0 chrome-wakatime/3.0.6", "Chrome", null],
  ["Firefox/139.0 win_x86-64 firefox-wakatime/4.1.0", "Firefox", "Windows"],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.0.0 Safari/537.36 Edg/116.0.1938.62 win_x86-64 edge-wakatime/3.0.18",
    "edge",
    "Windows",
  ],
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) obsidian/1.5.12 Chrome/120.0 Electron/28.2 Safari/537.36",
    "obsidian",
    "Linux",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", null, "Linux"],
  ["vscode-wakatime/24.2.0", "vscode", null],
  ["Roblox Studio/0.700.0 roblox-studio-wakatime/1.0.0", "Roblox Studio", null],
  ["wakatime/v1.86.0 (windows-10.0.22631-x86_64)", null, "Windows"],
  ["wakatime/v1.86.0 (haiku-1.0-x86_64) go1.22 vim/9.1 vim-wakatime/11.1.1", "vim", "haiku"],
  ["((((()))) / // /1 )(", null, null],
];

describe("a user agent", () => {
  it("names the editor and the operating system, in every form", async () => {
    const { key } = await signUpWithKey(api);
    const noon = unixTime("2026-11-23T12:00:00Z");
    await sendAll(
      api,
      key,
      AGENTS.map(([user_agent], n) => beat(noon + n, { user_agent })),
    );
    const { data } = await ask<{ data: Agent[] }>(api, key, "user_agents");
    const found = new Map(data.map(({ value, editor, os }) => [value, [editor, os]]));
    for (const [value, editor, os] of AGENTS) expect(found.get(value), value).toEqual([editor, os]);
  });

  it("names the kind of plugin and its version", async () => {
    const { key } = await signUpWithKey(api);
    const user_agents = [
      "Chrome/114.0.0.0 linux_x86-64 chrome-wakatime/3.0.17",
      "wakatime/v1.131.0 (darwin-25.0.0-arm64) go1.24.4 Figma/116.14 macos-wakatime/5.27.2",
      "wakatime/v1.98.5 (linux-6.1.0-x86_64) go1.22.3 vim/9.1 vim-wakatime/11.1.1",
      "curl/8.5.0",
    ];
    const noon = unixTime("2026-11-23T12:00:00Z");
    await sendAll(
      api,
      key,
      user_agents.map((user_agent, n) => beat(noon + n, { user_agent })),
    );
    const { data } = await ask<{ data: Agent[] }>(api, key, "user_agents");
    const kinds = data.map((agent) => [
      agent.editor,
      agent.version,
      agent.is_browser_extension,
      agent.is_desktop_app,
    ]);
    expect(new Set(kinds)).toEqual(
      new Set([
        ["Chrome", "3.0.17", true, false],
        ["Figma", "5.27.2", false, true],
        ["vim", "11.1.1", false, false],
        ["curl", null, false, false],
      ]),
    );
  });
});
