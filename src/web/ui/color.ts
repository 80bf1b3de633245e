/** Returns a project's color as it shows on the present ground: its lightness is bent until it contrasts, its hue stays. */
export function shownColor(color: string): string {
  const bent = (from: number, to: number) => `oklch(from ${color} clamp(${from}, l, ${to}) c h)`;
  return `light-dark(${bent(0.3, 0.66)}, ${bent(0.54, 0.9)})`;
}
