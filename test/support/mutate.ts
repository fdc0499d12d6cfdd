/** Damaged copies of a file. */
import fc from 'fast-check'

/** Some bytes set, removed, doubled or moved, or the end cut off. */
export function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(bytes.length - 1)
  const edits = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.constant('set'), at, fc.nat(255)) },
      { weight: 2, arbitrary: fc.tuple(fc.constant('flip'), at, fc.nat(7)) },
      fc.tuple(fc.constant('remove'), at, fc.nat(16)),
      fc.tuple(fc.constant('double'), at, fc.nat(64)),
      fc.tuple(fc.constant('cut'), at, fc.constant(0)),
    ),
    { minLength: 1, maxLength: 8 },
  )
  return edits.map((list) => {
    let result = Uint8Array.from(bytes)
    for (const [kind, position, value] of list) {
      const i = Math.min(position, result.length)
      if (kind === 'set' && i < result.length) result[i] = value
      else if (kind === 'flip' && i < result.length) result[i] ^= 1 << value
      else if (kind === 'remove') result = joined(result.subarray(0, i), result.subarray(i + value))
      else if (kind === 'double') result = joined(result.subarray(0, i + value), result.subarray(i))
      else if (kind === 'cut') result = result.slice(0, i)
    }
    return result
  })
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(a.length + b.length)
  result.set(a)
  result.set(b, a.length)
  return result
}

const BIGINTS = [0n, 1n, -1n, 2n, 3n, 5n, 7n, 31n, 1000n, 2n ** 31n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)]
const NUMBERS = [0, 1, -1, 2, 3, 4, 5, 6, 7, 10, 16, 1e30, -1e30, NaN, Infinity]

/**
 * Wrong values in right places: `edits` random places of a protobuf message get an extreme number, another name of the same
 * message, fewer bytes, or list entries removed, repeated or exchanged.
 *
 * @param next random numbers in [0, 1)
 */
export function misuse(message: object, next: () => number, edits: number): void {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]
  const strings: string[] = ['']
  const places: (() => void)[] = []
  const visit = (holder: Record<string, unknown>, key: string): void => {
    const value = holder[key]
    if (key === '$typeName' || key === 'case') return
    if (typeof value === 'string') strings.push(value)
    if (typeof value === 'bigint') places.push(() => void (holder[key] = pick(BIGINTS)))
    else if (typeof value === 'number') places.push(() => void (holder[key] = Math.trunc(pick(NUMBERS)) || 0))
    else if (typeof value === 'string') places.push(() => void (holder[key] = pick(strings)))
    else if (value instanceof Uint8Array) {
      places.push(() => void (holder[key] = value.map((byte) => (next() < 0.1 ? pick([0, 255, 127, 128]) : byte))))
      places.push(() => void (holder[key] = value.subarray(0, Math.floor(next() * (value.length + 1)))))
    } else if (Array.isArray(value)) {
      if (value.length > 0) {
        places.push(() => void (holder[key] = value.filter(() => next() < 0.7)))
        places.push(() => void (holder[key] = [...value, pick(value)]))
        places.push(() => void (holder[key] = value.toReversed()))
      }
      for (const i of value.keys()) visit(value as unknown as Record<string, unknown>, String(i))
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.keys(value)) visit(value as Record<string, unknown>, inner)
    }
  }
  for (const key of Object.keys(message)) visit(message as Record<string, unknown>, key)
  for (let i = 0; i < edits; i++) pick(places)()
}
