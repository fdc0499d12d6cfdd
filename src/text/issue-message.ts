/** One sentence for a zod issue, said to someone who sees the file and not the schema. */
import type * as z from 'zod'
import { suggestion } from './nearest-name.ts'

/** `name` is the dotted path as the user knows it; `value` what stands in the file, undefined or null when nothing does. */
export function issueMessage(issue: z.core.$ZodIssue, name: string, value: unknown): string {
  if (issue.code === 'custom' || issue.code === 'unrecognized_keys') return issue.message
  if (name === '') return 'expected lines like key: value'
  const subject = `'${name}'`
  if (value === undefined || value === null) return `${subject} is missing`
  if (issue.code === 'invalid_type' && issue.expected === 'object')
    return `${subject} is a group: its keys stand indented below it`
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String)
    const found = typeof value === 'string' ? value : JSON.stringify(value)
    return `${subject} is '${found}': ${suggestion(found, allowed)}`
  }
  return `${subject}: ${issue.message.replace(/^Invalid input: /, '')}`
}
