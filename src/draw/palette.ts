/** Colours that stay apart for neighbouring class numbers. */

export type Color = readonly [red: number, green: number, blue: number]

/** A full turn of the hue circle times the golden section: consecutive classes lie far apart, and no two soon meet. */
const GOLDEN_ANGLE = 137.508

/** The colour of a class, bright enough for dark text on it. */
export function classColor(classId: number): Color {
  const hue = (classId * GOLDEN_ANGLE) % 360
  const lightness = 0.66 + 0.07 * (classId % 3)
  return hslToRgb(hue, 0.75, lightness)
}

/** As SVG writes it. */
export function svgColor([red, green, blue]: Color): string {
  return `rgb(${red},${green},${blue})`
}

function hslToRgb(hue: number, saturation: number, lightness: number): Color {
  const chroma = saturation * Math.min(lightness, 1 - lightness)
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12
    return Math.round(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  }
  return [channel(0), channel(8), channel(4)]
}
