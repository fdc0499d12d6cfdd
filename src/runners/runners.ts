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

  /** A number for a part, or for keys of values, that nothing has yet. */
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

  /** Open a part while it is used. */
  async using(model: Uint8Array, level: OptimizationLevel, use: (part: number) => Promise<void>): Promise<void> {
    const part = this.nextNumber()
    await withCleanup(
      async () => {
        await this.open(part, model, level)
        await use(part)
      },
      () => this.close(part),
    )
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
    let isFailing = false
    return this.#each(async (runner, r) => {
      const own = positions.filter((position) => position % this.#runners.length === r)
      const running: Promise<void>[] = []
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

/** Do something, then clean up, also where it failed: its own error is the one that is thrown. */
export async function withCleanup<Result>(act: () => Promise<Result>, clean: () => Promise<void>): Promise<Result> {
  let result: Result
  try {
    result = await act()
  } catch (error) {
    await clean().catch(() => {})
    throw error
  }
  await clean()
  return result
}
