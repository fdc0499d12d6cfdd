/** zod objects that answer an unknown key with the nearest known one. */
import * as z from 'zod'
import { suggestion } from './nearest-name.ts'

/** `z.strictObject` with that message. */
export function strictObject<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined
      return issue.keys.map((key) => unknownKey(key, known)).join('; ')
    },
  })
}

function unknownKey(key: string, known: readonly string[]): string {
  return known.length === 0
    ? `'${key}' is not known: there are no parameters`
    : `unknown key '${key}': ${suggestion(key, known)}`
}
