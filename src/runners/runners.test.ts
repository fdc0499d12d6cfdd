import { expect, test } from 'vitest'
import type { PartRunner } from '../engine.ts'
import { Runners, withCleanup } from './runners.ts'

function noted() {
  const asked: string[] = []
  const runner = (name: string): PartRunner => {
    const note = (what: string) => {
      asked.push(`${name} ${what}`)
      return Promise.resolve()
    }
    return {
      open: (part, _model, level) => note(`open ${part} ${level}`),
      close: (part) => note(`close ${part}`),
      forget: (keys) => note(`forget ${keys.join()}`),
      release: () => note('release'),
      run: () => Promise.resolve(new Map()),
    }
  }
  const [a, b] = [runner('a'), runner('b')]
  return { asked, a, b, runners: new Runners([a, b]) }
}

test('a position is always of the same runner, in the order given', async () => {
  const { a, runners } = noted()
  for (const positions of [
    [0, 1, 2, 3],
    [3, 2, 0],
  ]) {
    const dealt: [string, number][] = []
    await runners.deal(positions, (runner, position) => {
      dealt.push([runner === a ? 'a' : 'b', position])
      return Promise.resolve()
    })
    const of = (name: string): number[] => dealt.filter(([own]) => own === name).map(([, position]) => position)
    expect(of('a')).toEqual(positions.filter((position) => position % 2 === 0))
    expect(of('b')).toEqual(positions.filter((position) => position % 2 === 1))
  }
})

test('behind an error nothing more is begun by any runner, what runs is waited for, and the error is thrown', async () => {
  const { runners } = noted()
  const begun: number[] = []
  const ended: number[] = []
  const dealing = runners.deal([0, 2, 4, 6, 1, 3, 5, 7, 9, 11], async (_runner, position) => {
    begun.push(position)
    await new Promise((resolve) => setTimeout(resolve, 1))
    if (position === 2) throw new Error('two')
    ended.push(position)
  })
  await expect(dealing).rejects.toThrow('two')
  // Each knows of two at a time, so 4 was begun with 2 still running.
  expect(begun).toContain(4)
  expect(begun).not.toContain(6)
  expect(begun).not.toContain(9)
  expect(new Set(ended)).toEqual(new Set(begun.filter((position) => position !== 2)))
})

test('a part is closed behind its use, also where it cannot be opened everywhere', async () => {
  const { asked, b, runners } = noted()
  await runners.using(new Uint8Array(), 'basic', (part) => {
    asked.push(`use ${part}`)
    return Promise.resolve()
  })
  expect(asked).toEqual(['a open 0 basic', 'b open 0 basic', 'use 0', 'a close 0', 'b close 0'])
  asked.length = 0
  b.open = () => Promise.reject(new Error('no memory'))
  await expect(runners.using(new Uint8Array(), 'basic', () => Promise.resolve())).rejects.toThrow('no memory')
  expect(asked).toEqual(['a open 1 basic', 'a close 1', 'b close 1'])
})

test('an error of cleaning up does not hide the one before', async () => {
  const cleaned: string[] = []
  const failing = () => {
    cleaned.push('failing')
    return Promise.reject(new Error('cleaning'))
  }
  const act = Promise.reject(new Error('first'))
  await expect(withCleanup(() => act, failing)).rejects.toThrow('first')
  await expect(withCleanup(() => Promise.resolve(1), failing)).rejects.toThrow('cleaning')
  expect(
    await withCleanup(
      () => Promise.resolve(1),
      () => Promise.resolve(),
    ),
  ).toBe(1)
  expect(cleaned).toEqual(['failing', 'failing'])
})

test('parts are opened and closed everywhere, under numbers of their own; nothing is forgotten where there is nothing', async () => {
  const { asked, runners } = noted()
  const [first, second] = [runners.nextNumber(), runners.nextNumber()]
  expect(second).not.toBe(first)
  await runners.open(second, new Uint8Array(), 'basic')
  await runners.close(second)
  await runners.forget([])
  await runners.forget(['x', 'y'])
  await runners.release()
  const each = [`open ${second} basic`, `close ${second}`, 'forget x,y', 'release']
  expect(asked).toEqual(each.flatMap((what) => [`a ${what}`, `b ${what}`]))
})
