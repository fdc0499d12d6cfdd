/** Protobuf text format -> TextMessage. Written by hand, because libraries neither say where a mistake is nor keep unknown fields. */
import { type TextField, TextMessage, type TextScalar } from './message.ts'
import type { TextSource } from './source.ts'
import { type Token, Tokens } from './tokens.ts'

/** As deep as protobuf itself reads. */
const MAX_DEPTH = 100
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '<': '>' }

/** Parse a whole file. Throws ReadError READ_PROTOTXT_SYNTAX for the first mistake. */
export function parsePrototxt(source: TextSource): TextMessage {
  const tokens = new Tokens(source)
  return new TextMessage(parseFields(tokens, undefined, 0), 0)
}

/** Fields up to the mark that closes `opening`, or up to the end of the file. */
function parseFields(tokens: Tokens, opening: Token | undefined, depth: number): TextField[] {
  const fields: TextField[] = []
  if (depth > MAX_DEPTH) fail(tokens, `messages are nested more than ${MAX_DEPTH} deep`, opening!, 'remove brackets')
  for (;;) {
    const { next } = tokens
    if (opening && tokens.takeMark(CLOSING[opening.text])) return fields
    if (next.kind === 'end') {
      if (!opening) return fields
      const last = tokens.source.line(next.at)
      fail(
        tokens,
        `this '${opening.text}' is never closed`,
        opening,
        `add the missing '${CLOSING[opening.text]}'; the file ends in line ${last} and may be cut off`,
      )
    }
    parseField(tokens, fields, depth)
    if (!tokens.takeMark(',')) tokens.takeMark(';')
  }
}

/** `name: value`, `name { ... }`, `name: [a, b]`. */
function parseField(tokens: Tokens, fields: TextField[], depth: number): void {
  const token = tokens.take()
  const name = token.text === '[' && token.kind === 'mark' ? extensionName(tokens, token) : token.text
  if (token.kind !== 'word' && name === token.text) {
    if (token.text === '}' || token.text === '>')
      fail(
        tokens,
        `nothing is open that this '${token.text}' could close`,
        token,
        'remove it, or find the bracket that was closed too early',
      )
    fail(tokens, `expected the name of a field, found ${shown(token)}`, token, 'write name: value or name { ... }')
  }
  const colon = tokens.takeMark(':')
  const add = (value: TextField['value']): void => void fields.push({ name, at: token.at, value })
  const { next } = tokens
  if (next.kind === 'mark' && next.text === '[') {
    tokens.take()
    if (tokens.takeMark(']')) return
    do add(parseValue(tokens, name, true, depth))
    while (tokens.takeMark(','))
    if (!tokens.takeMark(']'))
      fail(
        tokens,
        `expected , or ] in the list of '${name}', found ${shown(tokens.next)}`,
        tokens.next,
        'separate the values of a list by commas and close it with ]',
      )
  } else add(parseValue(tokens, name, colon, depth))
}

/** `[domain/of.extension]`: kept like every other unknown field. */
function extensionName(tokens: Tokens, opening: Token): string {
  let name = '['
  while (!tokens.takeMark(']')) {
    const token = tokens.take()
    if (token.kind === 'end') fail(tokens, "this '[' is never closed", opening, "add the missing ']'")
    name += token.text
  }
  return `${name}]`
}

function parseValue(tokens: Tokens, name: string, colon: boolean, depth: number): TextField['value'] {
  const token = tokens.take()
  if (token.kind === 'mark' && CLOSING[token.text] !== undefined) {
    return new TextMessage(parseFields(tokens, token, depth + 1), token.at)
  }
  if (!colon)
    fail(
      tokens,
      `expected : or { after '${name}', found ${shown(token)}`,
      token,
      `write ${name}: value or ${name} { ... }`,
    )
  const scalar = parseScalar(tokens, token)
  return scalar ?? fail(tokens, `'${name}' has no value; found ${shown(token)}`, token, `write ${name}: value`)
}

function parseScalar(tokens: Tokens, token: Token): TextScalar | undefined {
  const { at } = token
  if (token.kind === 'mark' && token.text === '-') {
    const { kind, text } = tokens.take()
    return kind === 'number' || kind === 'word' ? { kind, text: `-${text}`, at } : undefined
  }
  if (token.kind === 'string') {
    let { text } = token
    while (tokens.next.kind === 'string') text += tokens.take().text
    return { kind: 'string', text, at }
  }
  return token.kind === 'word' || token.kind === 'number' ? { kind: token.kind, text: token.text, at } : undefined
}

function shown(token: Token): string {
  if (token.kind === 'end') return 'the end of the file'
  return token.kind === 'string' ? JSON.stringify(token.text) : `'${token.text}'`
}

function fail(tokens: Tokens, message: string, { at, kind }: Token, fix: string): never {
  const cut = kind === 'end' ? 'the file may be cut off; ' : ''
  throw tokens.source.error('READ_PROTOTXT_SYNTAX', message, at, { fix: cut + fix })
}
