/** Tables as the manual prints them. */
import stringWidth from 'string-width'

/**
 * Header and rows, every cell left-justified to the column's longest + 2; a ruler of `=` above the header and of `-` below it
 * as long as the header row. Every row but the last keeps its trailing spaces.
 */
export function formatTable(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(
    (column, i) => Math.max(...[column, ...rows.map((row) => row[i])].map((cell) => stringWidth(cell))) + 2,
  )
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => cell + ' '.repeat(widths[i] - stringWidth(cell))).join('')
  const length = widths.reduce((sum, width) => sum + width, 0)
  const body = rows.map(line)
  if (body.length > 0) body.push(body.pop()!.trimEnd())
  return ['='.repeat(length), line(columns), '-'.repeat(length), ...body]
}
