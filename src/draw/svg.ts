/** Small pieces of SVG. */

/** Text that may hold anything. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** A whole SVG document of a size in pixels. */
export function svgDocument(width: number, height: number, content: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif">${content.join('')}</svg>`
}

export interface TextPlace {
  x: number
  /** Base line. */
  y: number
  size: number
  color?: string
}

export function svgText(text: string, { x, y, size, color = 'black' }: TextPlace): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${round(size)}" fill="${color}">${escapeXml(text)}</text>`
}

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

export function svgRectangle({ x, y, width, height }: Rectangle, style: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ${style}/>`
}

/** A generous guess of a text's width in pixels: CJK characters are square, others a little over half as wide as high. */
export function textWidth(text: string, size: number): number {
  let width = 0
  for (const character of text) width += character.codePointAt(0)! > 0x2e80 ? size : 0.58 * size
  return width
}

function round(value: number): number {
  return Math.round(10 * value) / 10
}
