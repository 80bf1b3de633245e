import { createHash } from "node:crypto";

/** A window that a demo user works in. */
export interface Window {
  app: string;
  title: string;
  /** Page in the window of a browser. */
  url?: string;
  /** File in the window of an editor. */
  file?: string;
}

/** A demo user. */
export interface Person {
  username: string;
  timezone: string;
  /** Start of the working day, in hours after midnight. */
  from: number;
  /** Months in which the second and the third week are vacation. */
  away: number[];
  clients: string[];
  projects: Project[];
  computer: {
    hostname: string;
    /** `User-Agent` of the editor's plugin. */
    editor: string;
    mail: Window;
    call: Window;
    /** Windows that rules know, besides work. */
    breaks: Window[];
    /** Windows that no rule knows. */
    unknown: Window[];
  };
  /** Rules for activity, in their order. */
  rules: Rule[];
}

interface Project {
  name: string;
  color: string;
  tasks: string[];
  client?: string;
  isBillable?: boolean;
  windows: Window[];
  /** Name and language of the project in the editor. */
  code?: { project: string; language: string };
}

type Rule = [
  field: "app" | "title" | "domain" | "project",
  match: "equals" | "contains",
  pattern: string,
  category: string,
  productivity: number,
  project?: string,
];

export const PEOPLE: Person[] = [
  {
    username: "demo-ada",
    timezone: "Europe/London",
    from: 9,
    away: [8],
    clients: ["Royal Society"],
    projects: [
      {
        name: "Analytical engine",
        color: "#527dfb",
        tasks: ["Design the mill", "Store of variables", "Punched cards"],
        client: "Royal Society",
        isBillable: true,
        windows: [
          { app: "Code", title: "mill.py - analytical-engine", file: "/home/ada/analytical-engine/mill.py" },
          {
            app: "Code",
            title: "store.py - analytical-engine",
            file: "/home/ada/analytical-engine/store.py",
          },
          {
            app: "Code",
            title: "cards.py - analytical-engine",
            file: "/home/ada/analytical-engine/cards.py",
          },
          { app: "gnome-terminal", title: "ada@lovelace: ~/analytical-engine" },
          {
            app: "firefox",
            title: "Analytical engine - Wikipedia",
            url: "https://en.wikipedia.org/wiki/Analytical_engine",
          },
        ],
        code: { project: "analytical-engine", language: "Python" },
      },
      {
        name: "Notes on the engine",
        color: "#d65727",
        tasks: ["Translate the memoir", "Note G"],
        client: "Royal Society",
        isBillable: true,
        windows: [
          { app: "libreoffice-writer", title: "Note G.odt - LibreOffice Writer" },
          { app: "libreoffice-writer", title: "Memoir, translation.odt - LibreOffice Writer" },
          {
            app: "firefox",
            title: "Bernoulli number - Wikipedia",
            url: "https://en.wikipedia.org/wiki/Bernoulli_number",
          },
        ],
      },
      {
        name: "Correspondence",
        color: "#1e0a9a",
        tasks: ["Letters"],
        windows: [{ app: "thunderbird", title: "Write: Re: The engine - Thunderbird" }],
      },
    ],
    computer: {
      hostname: "lovelace",
      editor: "wakatime/v1.102.1 (linux-6.1.0-x86_64) go1.22.3 vscode/1.95.3 vscode-wakatime/24.9.2",
      mail: { app: "thunderbird", title: "Inbox - Thunderbird" },
      call: { app: "zoom", title: "Zoom Meeting" },
      breaks: [
        { app: "firefox", title: "Hacker News", url: "https://news.ycombinator.com/" },
        { app: "firefox", title: "Organ recital - YouTube", url: "https://www.youtube.com/watch?v=demo" },
      ],
      unknown: [
        { app: "firefox", title: "MathOverflow", url: "https://mathoverflow.net/questions" },
        { app: "evince", title: "Sketch of the Analytical Engine.pdf" },
      ],
    },
    rules: [
      ["project", "equals", "analytical-engine", "Programming", 2, "Analytical engine"],
      ["title", "contains", "note g", "Writing", 2, "Notes on the engine"],
      ["app", "equals", "libreoffice-writer", "Writing", 2, "Notes on the engine"],
      ["app", "equals", "thunderbird", "Mail", 0, "Correspondence"],
      ["app", "equals", "zoom", "Meetings", 0],
      ["domain", "equals", "en.wikipedia.org", "Research", 1],
      ["app", "equals", "gnome-terminal", "Programming", 2, "Analytical engine"],
      ["domain", "equals", "news.ycombinator.com", "News", -1],
      ["domain", "equals", "youtube.com", "Entertainment", -2],
    ],
  },
  {
    username: "demo-grace",
    timezone: "America/New_York",
    from: 8,
    away: [7],
    clients: ["Navy", "Remington Rand"],
    projects: [
      {
        name: "Compiler",
        color: "#527dfb",
        tasks: ["A-0 linker", "FLOW-MATIC", "Subroutine library"],
        client: "Remington Rand",
        isBillable: true,
        windows: [
          { app: "Alacritty", title: "linker.c - compiler", file: "/Users/grace/compiler/src/linker.c" },
          {
            app: "Alacritty",
            title: "flowmatic.c - compiler",
            file: "/Users/grace/compiler/src/flowmatic.c",
          },
          { app: "Alacritty", title: "library.c - compiler", file: "/Users/grace/compiler/src/library.c" },
          {
            app: "Google Chrome",
            title: "Pull requests - compiler",
            url: "https://github.com/example/compiler/pulls",
          },
        ],
        code: { project: "compiler", language: "C" },
      },
      {
        name: "Training",
        color: "#d65727",
        tasks: ["Course material", "Lectures"],
        client: "Navy",
        windows: [
          { app: "Keynote", title: "Nanoseconds.key" },
          { app: "Keynote", title: "Course, part 2.key" },
          { app: "Notes", title: "Questions from the class" },
        ],
      },
    ],
    computer: {
      hostname: "harvard",
      editor: "wakatime/v1.102.1 (darwin-23.6.0-arm64) go1.22.3 vim/9.1 vim-wakatime/11.3.0",
      mail: { app: "Mail", title: "Inbox" },
      call: { app: "Microsoft Teams", title: "Meeting | Microsoft Teams" },
      breaks: [
        { app: "Google Chrome", title: "Front page", url: "https://www.reddit.com/" },
        {
          app: "Google Chrome",
          title: "Navy football - YouTube",
          url: "https://www.youtube.com/watch?v=demo",
        },
      ],
      unknown: [
        { app: "Preview", title: "Mark I, operator's manual.pdf" },
        { app: "Google Chrome", title: "Stack Overflow", url: "https://stackoverflow.com/questions" },
      ],
    },
    rules: [
      ["project", "equals", "compiler", "Programming", 2, "Compiler"],
      ["domain", "equals", "github.com", "Code review", 2, "Compiler"],
      ["app", "equals", "keynote", "Teaching", 2, "Training"],
      ["app", "equals", "notes", "Teaching", 1, "Training"],
      ["app", "equals", "mail", "Mail", 0],
      ["app", "contains", "teams", "Meetings", 0],
      ["domain", "equals", "reddit.com", "News", -1],
      ["domain", "equals", "youtube.com", "Entertainment", -2],
    ],
  },
  {
    username: "demo-shakuntala",
    timezone: "Asia/Kolkata",
    from: 10,
    away: [5],
    clients: ["University"],
    projects: [
      {
        name: "Mental calculation",
        color: "#527dfb",
        tasks: ["Roots of 201 digits", "Calendar dates"],
        client: "University",
        isBillable: true,
        windows: [
          {
            app: "jupyter-lab",
            title: "roots.ipynb - JupyterLab",
            file: "C:/Users/shakuntala/calculation/roots.ipynb",
          },
          {
            app: "jupyter-lab",
            title: "dates.ipynb - JupyterLab",
            file: "C:/Users/shakuntala/calculation/dates.ipynb",
          },
          { app: "EXCEL.EXE", title: "Trials.xlsx - Excel" },
        ],
        code: { project: "calculation", language: "Jupyter" },
      },
      {
        name: "Book of numbers",
        color: "#d65727",
        tasks: ["First draft", "Illustrations"],
        windows: [
          { app: "WINWORD.EXE", title: "Book of numbers.docx - Word" },
          { app: "inkscape.exe", title: "Magic square.svg - Inkscape" },
        ],
      },
    ],
    computer: {
      hostname: "bangalore",
      editor:
        "wakatime/v1.102.1 (windows-10.0.22631-x86_64) go1.22.3 jupyterlab/4.2.5 jupyterlab-wakatime/0.0.4",
      mail: { app: "OUTLOOK.EXE", title: "Inbox - Outlook" },
      call: { app: "Zoom.exe", title: "Zoom Meeting" },
      breaks: [
        { app: "firefox.exe", title: "Cricket scores", url: "https://www.espncricinfo.com/" },
        { app: "firefox.exe", title: "Raga - YouTube", url: "https://www.youtube.com/watch?v=demo" },
      ],
      unknown: [
        { app: "firefox.exe", title: "OEIS", url: "https://oeis.org/" },
        { app: "CalculatorApp.exe", title: "Calculator" },
      ],
    },
    rules: [
      ["project", "equals", "calculation", "Research", 2, "Mental calculation"],
      ["app", "equals", "excel.exe", "Research", 1, "Mental calculation"],
      ["app", "equals", "winword.exe", "Writing", 2, "Book of numbers"],
      ["app", "equals", "inkscape.exe", "Drawing", 2, "Book of numbers"],
      ["app", "equals", "outlook.exe", "Mail", 0],
      ["app", "equals", "zoom.exe", "Meetings", 0],
      ["domain", "contains", "cricinfo", "Entertainment", -1],
      ["domain", "equals", "youtube.com", "Entertainment", -2],
    ],
  },
];

const DAY_MS = 86_400_000;

/** Returns the dates of the last `days` days before an instant, oldest first. */
export const datesBefore = (end: Date, days: number): string[] =>
  [...Array(days).keys()].map((day) =>
    new Date(end.getTime() - (days - day) * DAY_MS).toISOString().slice(0, 10),
  );

/** A time entry of a demo user. */
export interface Entry<Time = number> {
  /** Minutes after midnight, or a local time such as 2026-11-23T09:05. */
  start: Time;
  end: Time;
  project?: Project | undefined;
  task?: string | undefined;
  tag?: string | undefined;
  kind: "work" | "focus" | "break";
  /** In minutes. */
  planned?: number;
}

/** Returns the entries of a person on a day; none on weekends, on vacation, on sick days, and from December 24 to January 1. */
export function entriesOfDay({ username, from, away, projects }: Person, date: string): Entry<string>[] {
  const [, month = 0, day = 0] = date.split("-").map(Number);
  const isWeekend = [0, 6].includes(new Date(date).getUTCDay());
  const isHoliday =
    (away.includes(month) && day >= 8 && day <= 21) ||
    (month === 12 && day >= 24) ||
    (month === 1 && day === 1);
  const hash = createHash("sha256").update(`${username} ${date}`).digest();
  const hashModulo = (place: number, limit: number) => (hash[place] ?? 0) % limit;
  const isSick = hashModulo(11, 40) === 0;
  if (isWeekend || isHoliday || isSick) return [];
  const at = (minutes: number) =>
    `${date}T${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const workStart = from * 60 + hashModulo(0, 30);
  const lunchStart = workStart + 180 + hashModulo(1, 45);
  const lunchEnd = lunchStart + 30 + hashModulo(2, 30);
  const meetingStart = lunchEnd + 60 + hashModulo(3, 60);
  const meetingEnd = meetingStart + (hashModulo(9, 3) === 0 ? 0 : 30 + hashModulo(10, 45));
  const workEnd = meetingEnd + 90 + hashModulo(4, 90);
  const pick = <Item>(items: readonly Item[], place: number) => items[hashModulo(place, items.length)];
  const [first, second] = [pick(projects, 5), pick(projects, 6)];
  const [early, late] = [pick(first?.tasks ?? [], 7), pick(second?.tasks ?? [], 8)];
  const steps: Entry[] = [
    {
      start: workStart,
      end: lunchStart,
      project: first,
      task: early,
      tag: "deep work",
      kind: "focus",
      planned: 180,
    },
    { start: lunchStart, end: lunchEnd, kind: "break" },
    { start: lunchEnd, end: meetingStart, project: first, task: early, kind: "work" },
    { start: meetingStart, end: meetingEnd, project: second, tag: "meeting", kind: "work" },
    { start: meetingEnd + 5, end: workEnd, project: second, task: late, kind: "work" },
  ];
  return steps
    .filter(({ start, end }) => start < end)
    .map((entry) => ({ ...entry, start: at(entry.start), end: at(entry.end) }));
}

/** Returns an id that is derived from `names`. */
export function uuidOf(...names: string[]): string {
  const hex = createHash("sha256").update(names.join("\n")).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
