/** The runners that share the samples of one network. */
import type { OptimizationLevel, PartRunner } from '../engine.ts'

/** Runs that a runner knows of: it need not wait for the next while what comes of the last is looked at. */
const RUNS_AHEAD = 2

export class Runners {
  readonly #runners: readonly PartRunner[]
  #numbers = 0

  constructor(runners: readonly PartRunner[]) {
    this.#runners = runners
  }

  /** A number that no part has yet. */
  nextNumber(): number {
    return this.#numbers++
  }

  /** Open a part everywhere. */
  open(number: number, model: Uint8Array, level: OptimizationLevel): Promise<void> {
    return this.#each((runner) => runner.open(number, model, level))
  }

  close(number: number): Promise<void> {
    return this.#each((runner) => runner.close(number))
  }

  /** Drop values kept under some keys, wherever they are. */
  async forget(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#each((runner) => runner.forget(keys))
  }

  release(): Promise<void> {
    return this.#each((runner) => runner.release())
  }

  /** Do something for each position, every runner for its own: always the same ones, in their order. */
  deal(positions: readonly number[], act: (runner: PartRunner, position: number) => Promise<void>): Promise<void> {
    return this.#each(async (runner, r) => {
      const own = positions.filter((position) => position % this.#runners.length === r)
      const running: Promise<void>[] = []
      let isFailing = false
      for (const position of own) {
        await running.at(-RUNS_AHEAD)?.catch(() => {})
        if (isFailing) break
        const run = act(runner, position)
        run.catch(() => (isFailing = true))
        running.push(run)
      }
      await allOrFirstError(running)
    })
  }

  /** Let every runner do something, and wait for all of them also where one fails. */
  #each(act: (runner: PartRunner, r: number) => Promise<void>): Promise<void> {
    return allOrFirstError(this.#runners.map(act))
  }
}

/** Wait for all; throw the error that stands first. */
export async function allOrFirstError(promises: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(promises)) if (result.status === 'rejected') throw result.reason
}
