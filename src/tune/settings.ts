/** What a tuning is asked for. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Card } from '../cards/card.ts'
import type { BuildConfig } from '../config/types.ts'
import type { Engine } from '../engine.ts'
import type { Reporter } from '../reporter.ts'
import { buildIdentity } from '../stages/build-identity.ts'

export interface TuneOptions {
  config: BuildConfig
  /** Load the YAML that tuning wrote, as `config` was loaded. */
  reload(path: string): BuildConfig
  card: Card
  /** Folder of the data set. */
  data: string
  /** Largest drop of the headline metric, as a share. */
  target: number
  /** Use the first pictures of the data set only. */
  images: number | undefined
  /** Largest share of quantizers and of elements in int16. */
  maxInt16: number
  /** MB for all processes together. */
  memoryBudget: number | undefined
  engine: Engine
  reporter: Reporter
  signal: AbortSignal
}

/** Everything the result depends on. */
export function settingsOf({ config, card, data, target, images, maxInt16 }: TuneOptions): string {
  const digest = createHash('sha256').update(readFileSync(card.path)).digest('hex')
  const all = [buildIdentity(config), digest, data, target, images, maxInt16]
  return createHash('sha256').update(JSON.stringify(all)).digest('hex')
}
