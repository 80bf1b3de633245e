import { t } from "../i18n/things/index.ts";
import { shownColor } from "../ui/color.ts";

/** The palette of projects. All colors differ for every kind of color vision. */
const PALETTE: readonly string[] = [
  "#527dfb",
  "#d65727",
  "#1e0a9a",
  "#af83a4",
  "#9b160b",
  "#5452b3",
  "#6d3e5f",
  "#52103a",
];

/** Draws a color for the eye only: a name is beside it. */
export const Swatch = ({ color }: { color: string }) => (
  <svg class="swatch" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
    <circle cx="6" cy="6" r="6" fill={shownColor(color)} />
  </svg>
);

/** Renders the choice of a color. A new project may leave it to the server, which takes the next of the palette. */
export function ColorField({ value }: { value?: string }) {
  const other = value !== undefined && !PALETTE.includes(value.toLowerCase()) ? [value] : [];
  const options = [
    ...(value === undefined ? [{ color: "", name: t("color.auto") }] : []),
    ...PALETTE.map((color, place) => ({ color, name: t(`color.${place as 0}`) })),
    ...other.map((color) => ({ color, name: t("color.other") })),
  ];
  return (
    <fieldset class="field colors">
      <legend>{t("project.color")}</legend>
      <div>
        {options.map(({ color, name }) => (
          <label key={color} title={name}>
            <input
              class="visually-hidden"
              type="radio"
              name="color"
              value={color}
              defaultChecked={(value?.toLowerCase() ?? "") === color.toLowerCase()}
            />
            {color ? <Swatch color={color} /> : <span class="small">{name}</span>}
            {color && <span class="visually-hidden">{name}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
