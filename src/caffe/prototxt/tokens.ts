/** Protobuf text format -> tokens. */
import type { TextSource } from './source.ts'
import { unescape } from './unescape.ts'

export interface Token {
  kind: 'word' | 'number' | 'string' | 'mark' | 'end'
  /** Strings are unescaped; a mark is one of `{ } < > [ ] : , ; - / .` */
  text: string
  at: number
}

const SPACE = /(?:[ \t\r\n\f\v\ufeff]|#[^\n]*)+/y
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
const NUMBER = /(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?)/y
const STRING = /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/y
const MARKS = '{}<>[]:,;-/.'

/** Reads one token after the other. Throws ReadError READ_PROTOTXT_SYNTAX where no token can stand. */
export class Tokens {
  readonly source: TextSource
  #at = 0
  #next: Token

  constructor(source: TextSource) {
    this.source = source
    this.#next = this.#read()
  }

  /** The token that `take` will return. */
  get next(): Token {
    return this.#next
  }

  take(): Token {
    const token = this.#next
    if (token.kind !== 'end') this.#next = this.#read()
    return token
  }

  /** Take the next token if it is this mark. */
  takeMark(mark: string): boolean {
    if (this.#next.kind !== 'mark' || this.#next.text !== mark) return false
    this.take()
    return true
  }

  #read(): Token {
    const { text } = this.source
    this.#at += this.#match(SPACE).length
    const at = this.#at
    if (at >= text.length) return { kind: 'end', text: '', at: Math.max(0, text.trimEnd().length - 1) }
    const character = text[at]
    if (character === '"' || character === "'") {
      const quoted = this.#match(STRING)
      if (quoted === '') this.#fail('this string has no closing quote in its line', at, 'close it with the same quote')
      this.#at += quoted.length
      return { kind: 'string', text: unescape(quoted.slice(1, -1)), at }
    }
    for (const [kind, pattern] of [
      ['word', WORD],
      ['number', NUMBER],
    ] as const) {
      const found = this.#match(pattern)
      if (found === '') continue
      this.#at += found.length
      if (kind === 'number' && this.#match(WORD) !== '') {
        const whole = found + this.#match(WORD)
        this.#fail(`'${whole}' is neither a number nor a name`, at, 'correct this value; text stands in quotes')
      }
      return { kind, text: found, at }
    }
    if (!MARKS.includes(character)) {
      const shown = JSON.stringify(character).slice(1, -1)
      this.#fail(`unexpected character '${shown}'`, at, 'remove it; text values stand in quotes, comments behind #')
    }
    this.#at++
    return { kind: 'mark', text: character, at }
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    return pattern.exec(this.source.text)?.[0] ?? ''
  }

  #fail(message: string, at: number, fix: string): never {
    throw this.source.error('READ_PROTOTXT_SYNTAX', message, at, { fix })
  }
}
