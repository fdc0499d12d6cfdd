/** Checks on a transformer list that need no picture. */
import type * as z from 'zod'
import { issueMessage } from '../text/issue-message.ts'
import { suggestion } from '../text/nearest-name.ts'
import { TRANSFORMERS } from './index.ts'
import type { TransformSpec } from './spec.ts'

/** One mistake: where below the spec, and what. */
export interface SpecProblem {
  path: readonly PropertyKey[]
  message: string
  /** The key at `path` that should not be there. */
  unknownKey?: string
}

/** What is wrong with a transformer's name or parameters; empty when nothing is. */
export function specProblems(spec: TransformSpec): SpecProblem[] {
  const transformer = TRANSFORMERS.get(spec.name)
  if (!transformer) {
    const message = `there is no transformer '${spec.name}': ${suggestion(spec.name, [...TRANSFORMERS.keys()])}`
    return [{ path: [spec.name], message }]
  }
  const issues: readonly z.core.$ZodIssue[] = transformer.params.safeParse(spec.params).error?.issues ?? []
  return issues.map((issue) => ({
    path: [spec.name, ...issue.path],
    message: issueMessage(issue, [spec.name, ...issue.path].join('.'), valueAt(spec.params, issue.path)),
    ...(issue.code === 'unrecognized_keys' && { unknownKey: issue.keys[0] }),
  }))
}

function valueAt(params: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], params)
}
