const PATHS = {
  alert: "M12 8v5m0 3v.01M12 3 2.5 19.5h19z",
  archive: "M4 5h16v4H4zm1 4v10h14V9m-9 4h4",
  choose: "m8 10 4-4 4 4m-8 4 4 4 4-4",
  check: "m5 12.5 4.5 4.5L19 7.5",
  client: "M4 8h16v11H4zm5 0V5h6v3M4 13h16",
  clock: "M12 7v5l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h10v10H9zM5 15V5h10",
  data: "M4 7c0-2 16-2 16 0v10c0 2-16 2-16 0zm0 0c0 2 16 2 16 0M4 12c0 2 16 2 16 0",
  device: "M4 5h16v10H4zM9 19h6m-3-4v4",
  edit: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  folder: "M3.5 6h6l2 2.5h9V19h-17z",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  info: "M12 11v5m0-8v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  key: "M14.5 14.5a5 5 0 1 0-4-1.5L4 19.5V21h3v-2h2v-2h2l1.5-2.5M16 8v.01",
  mail: "M3.5 6h17v12h-17zM4 7l8 6 8-6",
  menu: "M4 7h16M4 12h16M4 17h16",
  out: "M14 4H5v16h9M10 12h11m-4-4 4 4-4 4",
  list: "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
  people:
    "M12 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM3 19c.7-3.5 3-5 6-5s5.3 1.5 6 5M15.5 5.2a3 3 0 0 1 0 5.6M17 14.3c2.2.6 3.5 2.2 4 4.7",
  play: "M8 5.5v13l10-6.5z",
  plus: "M12 5v14M5 12h14",
  restore: "M5 5v5h5M5.5 10A7.5 7.5 0 1 1 4.5 14",
  search: "M16 16l4.5 4.5M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z",
  shield: "M12 3l8 3v6c0 4.5-3.5 7.5-8 9-4.5-1.5-8-4.5-8-9V6zm-3 9 2.2 2.2L15.5 10",
  sliders: "M4 8h8m4 0h4M4 16h3m4 0h9M16 8a2 2 0 1 1-4 0 2 2 0 0 1 4 0ZM11 16a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z",
  stop: "M7 7h10v10H7z",
  tag: "M4 4h8l8 8-8 8-8-8zm4.5 4.5v.01",
  task: "M4.5 4.5h15v15h-15zM8 12l3 3 5-6",
  trash: "M4 7h16M9 7V4h6v3m3 0-1 13H7L6 7m4 4v5m4-5v5",
  user: "M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM4 20c1-4 4-5.5 8-5.5s7 1.5 8 5.5",
} as const;

export type IconName = keyof typeof PATHS;

/** Draws an icon for the eye only: its meaning is in the text beside it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="18"
      height="18"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Draws the sign of the product. */
export function Logo() {
  return (
    <svg viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" rx="16" fill="#0a5cc2" />
      <circle cx="32" cy="32" r="17" fill="none" stroke="#fff" stroke-opacity=".35" stroke-width="5" />
      <path
        d="M32 15a17 17 0 0 1 14.7 25.5M32 23v9l6 4"
        fill="none"
        stroke="#fff"
        stroke-width="5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
