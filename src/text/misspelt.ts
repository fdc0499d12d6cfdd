/** A misspelt key is one mistake: that the right key is missing is its consequence. */
import type * as z from 'zod'

/** The issues without those that say a key is missing which stands there under a misspelt name. */
export function withoutConsequences(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys')
  return issues.filter((issue) => {
    if (!/ is missing\b|received undefined/.test(issue.message)) return true
    return !unknown.some(({ path, message }) => {
      const sameGroup = path.every((part, depth) => part === issue.path[depth])
      return sameGroup && message.includes(`did you mean '${String(issue.path[path.length])}'?`)
    })
  })
}
