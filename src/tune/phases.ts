/** The kinds of remedies in their order: the free ones first, then those that cost latency, then those that need the CPU. */
import { sharesWith, type TunedNetwork } from './candidates.ts'
import type { Changes, Phase } from './climb.ts'
import type { Remedy } from './remedy.ts'
import { percent } from './scorer.ts'
import type { TuneOptions } from './settings.ts'

type RemediesOf = Record<'threshold' | 'int16' | 'cpu', () => Promise<readonly Remedy[]>>

export function phasesOf(
  { target, maxInt16, reporter }: TuneOptions,
  network: TunedNetwork,
  { ceiling, ...remedies }: RemediesOf & { ceiling: number },
): Phase[] {
  const fits = (changes: Changes): boolean => {
    const shares = sharesWith(network, changes)
    return shares.quantizers <= maxInt16 && shares.elements <= maxInt16
  }
  const goal = Math.max(target, ceiling)
  const told = (kind: keyof RemediesOf, what: string) => async (): Promise<readonly Remedy[]> => {
    const list = await remedies[kind]()
    reporter.info(`Next: ${what} (${list.length} candidate${list.length === 1 ? '' : 's'})`)
    return list
  }
  return [
    {
      kind: 'threshold',
      goal,
      remedies: told('threshold', 'other thresholds, which cost nothing'),
      allows: () => true,
    },
    {
      kind: 'int16',
      goal,
      remedies: told('int16', `int16, which costs latency, on at most ${percent(maxInt16)} of the activations`),
      allows: fits,
    },
    {
      kind: 'cpu',
      goal: target,
      remedies: told('cpu', 'nodes in float on the CPU, which cost most'),
      allows: () => true,
    },
  ]
}
