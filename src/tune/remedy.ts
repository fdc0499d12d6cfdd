/** What can be done about one place of a network that costs accuracy, and how dear it is. */
import type { Adjustment } from '../config/types.ts'

/** From free to costliest. */
export const REMEDY_KINDS = ['threshold', 'int16', 'cpu'] as const
export type RemedyKind = (typeof REMEDY_KINDS)[number]

export interface Remedy {
  kind: RemedyKind
  /** Tensor or node, for people. */
  name: string
  /** Ways to do it, the likeliest first: what each changes, by name of a tensor or node. */
  variants: readonly ReadonlyMap<string, Adjustment>[]
}

/** All changes of some remedies together; a remedy with fewer variants gives its last. */
export function changesOf(remedies: readonly Remedy[], variant: number): Map<string, Adjustment> {
  return new Map(remedies.flatMap(({ variants }) => [...variants[Math.min(variant, variants.length - 1)]]))
}

const WORDS: Readonly<Record<RemedyKind, string>> = {
  threshold: 'other threshold',
  int16: 'int16',
  cpu: 'float on the CPU',
}
const SHOWN = 2

/** `int16: conv1, conv2 and 2 more`. */
export function remedyText(remedies: readonly Remedy[], variant = 0): string {
  const names = remedies.slice(0, SHOWN).map(({ name }) => name)
  const more = remedies.length > SHOWN ? ` and ${remedies.length - SHOWN} more` : ''
  const choice = variant === 0 ? '' : ', second choice'
  return `${WORDS[remedies[0].kind]}${choice}: ${names.join(', ')}${more}`
}
