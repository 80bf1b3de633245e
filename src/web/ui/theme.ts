/** Looks of the app. Without a choice, it follows the system. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORED = "theme";

/** Returns the chosen theme. */
const currentTheme = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(STORED)) ?? "system";

/** Shows a theme, and keeps the choice. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(STORED, theme);
  showTheme();
}

/** Shows the chosen theme. */
export function showTheme(): void {
  const theme = currentTheme();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
