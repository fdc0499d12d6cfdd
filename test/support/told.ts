/** What a user reads of an error, as plain text. */
import { OpenMapperError } from '../../src/errors.ts'

/** `CODE`, message, place, detail and fix, a line each. Anything but an OpenMapperError is thrown on: it is a bug of ours. */
export function told(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (!(error instanceof OpenMapperError)) throw error
    const lines = [error.code, error.message]
    if (error.where !== undefined) lines.push(`at: ${error.where}`)
    if (error.detail !== undefined) lines.push(error.detail)
    lines.push(`fix: ${error.fix ?? 'none'}`)
    return lines.join('\n')
  }
  return 'no error'
}
