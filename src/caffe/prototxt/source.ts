/** The text of a prototxt, and errors that show where in it something is wrong. */
import { ReadError } from '../../errors.ts'

/** Longer lines are cut around their mistake. */
const SHOWN_COLUMNS = 100

export class TextSource {
  /** File name for messages. */
  readonly file: string
  readonly text: string
  #starts: number[] | undefined

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
  }

  /** `file:line:column` of an offset into the text, both counted from 1. */
  where(offset: number): string {
    const { line, column } = this.#position(offset)
    return `${this.file}:${line + 1}:${column + 1}`
  }

  /** Line number of an offset, counted from 1. */
  line(offset: number): number {
    return this.#position(offset).line + 1
  }

  /** An error at an offset, with the source line and a caret under it. */
  error(
    code: `READ_${string}`,
    message: string,
    offset: number,
    { fix, detail }: { fix: string; detail?: string },
  ): ReadError {
    const shown = this.#excerpt(offset)
    return new ReadError(code, message, {
      where: this.where(offset),
      detail: detail === undefined ? shown : `${shown}\n${detail}`,
      fix,
    })
  }

  #excerpt(offset: number): string {
    const { start, column } = this.#position(offset)
    const cut = Math.max(0, column - SHOWN_COLUMNS / 2)
    const end = this.text.indexOf('\n', start)
    const line = this.text.slice(start, end < 0 ? undefined : end).replaceAll(/[\t\r]/g, ' ')
    return `${line.slice(cut, cut + SHOWN_COLUMNS)}\n${' '.repeat(column - cut)}^`
  }

  #position(offset: number): { line: number; column: number; start: number } {
    const starts = (this.#starts ??= lineStarts(this.text))
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle] <= offset) low = middle
      else high = middle - 1
    }
    return { line: low, column: offset - starts[low], start: starts[low] }
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
