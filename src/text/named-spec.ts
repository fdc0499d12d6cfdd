/** A thing by name with its parameters, as model cards write transformers and decoders: `Name`, or `Name: { parameter: value }`. */
import * as z from 'zod'
import { issueMessage } from './issue-message.ts'
import { suggestion } from './nearest-name.ts'

export interface NamedSpec {
  readonly name: string
  /** Under the names that the thing's schema has; what is missing takes its default. */
  readonly params: Readonly<Record<string, unknown>>
}

/** What can be named, by name: each with a strict object schema of its parameters. */
export type Known = ReadonlyMap<string, { readonly params: z.ZodObject }>

/** One mistake: where below the spec, and what. */
export interface SpecProblem {
  path: readonly PropertyKey[]
  message: string
  /** The key at `path` that should not be there. */
  unknownKey?: string
}

/** What is wrong with a spec's name or parameters; empty when nothing is. `noun` says what is named: `transformer`. */
export function specProblems(spec: NamedSpec, known: Known, noun: string): SpecProblem[] {
  const thing = known.get(spec.name)
  if (!thing) {
    const message = `there is no ${noun} '${spec.name}': ${suggestion(spec.name, [...known.keys()])}`
    return [{ path: [spec.name], message }]
  }
  const issues: readonly z.core.$ZodIssue[] = thing.params.safeParse(spec.params).error?.issues ?? []
  return issues.map((issue) => ({
    path: [spec.name, ...issue.path],
    message: issueMessage(issue, [spec.name, ...issue.path].join('.'), valueAt(spec.params, issue.path)),
    ...(issue.code === 'unrecognized_keys' && { unknownKey: issue.keys[0] }),
  }))
}

/** Schema of one spec of `known`, its mistakes placed at the parameter that is wrong. */
export function namedSpec(known: Known, noun: string): z.ZodType<NamedSpec> {
  return z
    .union([z.string().min(1), z.record(z.string(), z.unknown())], {
      error: `expected a ${noun} name, or a name with its parameters`,
    })
    .transform((item, context): NamedSpec => {
      const [[name, params] = ['', {}], ...others] =
        typeof item === 'string' ? [[item, {}] as const] : Object.entries(item)
      if (others.length > 0 || typeof (params ?? {}) !== 'object') {
        const message = `expected one ${noun}: Name: { parameter: value }`
        context.issues.push({ code: 'custom', input: item, message })
        return z.NEVER
      }
      const spec = { name, params: (params ?? {}) as Record<string, unknown> }
      for (const { path, message, unknownKey } of specProblems(spec, known, noun)) {
        const place = { input: spec.params, path: [...path], message }
        if (unknownKey === undefined) context.issues.push({ code: 'custom', ...place })
        else context.issues.push({ code: 'unrecognized_keys', keys: [unknownKey], ...place })
      }
      return spec
    })
}

function valueAt(params: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], params)
}
