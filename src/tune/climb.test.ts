import { expect, test } from 'vitest'
import { climb, type Changes, type ClimbOptions, type Judge, type Phase, type Score } from './climb.ts'
import type { Remedy, RemedyKind } from './remedy.ts'

/** Points that each remedy wins; below 0 where it harms. What a remedy does only beyond the worst pictures is in `hidden`. */
interface World {
  loss: number
  gains: Record<string, number>
  hidden?: Record<string, number>
}

class Simulated implements Judge {
  readonly log: string[] = []
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  #drop(changes: Changes, { gains, loss }: World): Score {
    const won = [...changes.keys()].reduce((sum, name) => sum + (gains[name] ?? 0), 0)
    return { drop: loss - won, damage: loss - won }
  }

  estimate(changes: Changes, what: string): Promise<Score> {
    this.log.push(what)
    return Promise.resolve(this.#drop(changes, this.#world))
  }

  confirm(changes: Changes): Promise<Score> {
    const { hidden = {}, gains, loss } = this.#world
    this.log.push(`all: ${[...changes.keys()].join()}`)
    const both = Object.fromEntries(Object.entries(gains).map(([name, gain]) => [name, gain + (hidden[name] ?? 0)]))
    return Promise.resolve(this.#drop(changes, { loss, gains: both }))
  }

  rebase(changes: Changes): Promise<Score> {
    return Promise.resolve(this.#drop(changes, this.#world))
  }

  decide(accepted: boolean): void {
    this.log.push(accepted ? 'yes' : 'no')
  }
}

function phase(kind: RemedyKind, names: string[], limits: Partial<Phase> = {}): Phase {
  const remedies = names.map((name): Remedy => {
    return { kind, name, variants: [new Map([[name, { threshold: 1, bits: kind === 'int16' ? 16 : 8 }]])] }
  })
  return { kind, goal: 0, remedies: () => Promise.resolve(remedies), allows: () => true, ...limits }
}

async function run(
  world: World,
  phases: Phase[],
  target: number,
): Promise<{ names: string[]; drop: number; log: string[] }> {
  const judge = new Simulated(world)
  const options: ClimbOptions = { phases, judge, target, start: { drop: world.loss, damage: world.loss } }
  const { changes, score } = await climb(options)
  return { names: [...changes.keys()], drop: score.drop, log: judge.log }
}

test('free remedies come first, and the costly ones are not touched once the target is met', async () => {
  const gains = { a: 3, b: 2, c: 1, x: 9 }
  const phases = [phase('threshold', ['a', 'b', 'c'], { goal: 1 }), phase('int16', ['x'], { goal: 1 })]
  const result = await run({ loss: 6, gains }, phases, 1)
  expect(result).toMatchObject({ names: ['a', 'b', 'c'], drop: 0 })
  expect(result.log).toEqual(['other threshold: a', 'yes', 'other threshold: b, c', 'yes', 'all: a,b,c', 'yes'])
})

test('a group with a harmful member is halved until the good ones are in', async () => {
  const gains = { a: 1, b: 1, bad: -5, c: 2 }
  const { names, log } = await run({ loss: 4, gains }, [phase('threshold', ['a', 'b', 'bad', 'c'])], 0)
  expect(names).toEqual(['a', 'b', 'c'])
  expect(log.filter((line) => line.includes('bad'))).toEqual([
    'other threshold: b, bad',
    'other threshold: bad, c',
    'other threshold: bad',
  ])
})

test('a phase ends after three single remedies in a row that do not help', async () => {
  const names = Array.from({ length: 9 }, (_, i) => `n${i}`)
  const { log } = await run({ loss: 1, gains: {} }, [phase('int16', names)], 0)
  expect(log).toEqual(['int16: n0', 'no', 'int16: n1', 'no', 'int16: n2', 'no'])
})

test('what is better on the worst pictures alone is dropped again', async () => {
  const world = { loss: 5, gains: { a: 5, b: 1 }, hidden: { a: -6 } }
  const { names, drop, log } = await run(world, [phase('threshold', ['a'], { goal: 0 }), phase('int16', ['b'])], 0)
  expect({ names, drop }).toEqual({ names: ['b'], drop: 4 })
  expect(log.slice(0, 4)).toEqual(['other threshold: a', 'yes', 'all: a', 'no'])
})

test('a limit leaves out what does not fit, and goes on with the next', async () => {
  const allows = (changes: Changes): boolean => changes.size <= 2
  const { names } = await run(
    { loss: 9, gains: { a: 1, b: 1, c: 1 } },
    [phase('int16', ['a', 'b', 'c'], { allows })],
    0,
  )
  expect(names).toEqual(['a', 'b'])
})

test('half of the last group of a costly kind is taken back where the other half does', async () => {
  const gains = { a: 1, b: 4, c: 1, d: 1, e: 1, f: 1, g: 1 }
  const { names, drop } = await run(
    { loss: 6, gains },
    [phase('int16', ['a', 'b', 'c', 'd', 'e', 'f', 'g'], { goal: 1 })],
    1,
  )
  expect(names).toEqual(['a', 'b'])
  expect(drop).toBe(1)
})

test('a phase is left at its goal, and the best confirmed state is the result of a missed target', async () => {
  const phases = [phase('int16', ['a', 'b', 'c'], { goal: 3 }), phase('cpu', ['n'], { goal: 0 })]
  const { names, log } = await run({ loss: 5, gains: { a: 2, b: 1, c: 1, n: 1 } }, phases, 0)
  expect(names).toEqual(['a', 'n'])
  expect(log).toContain('all: a')
})
