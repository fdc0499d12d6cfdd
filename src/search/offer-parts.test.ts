import { expect, test } from 'vitest'
import { offerHalves, offerParts } from './offer-parts.ts'

/** Parts that are offered when only those without 7 are taken. */
async function offered(count: number, least: number): Promise<number[][]> {
  const parts: number[][] = []
  const changes = Array.from({ length: count }, (_, i) => i + 1)
  await offerParts(changes, least, (part) => {
    parts.push([...part])
    return Promise.resolve(!part.includes(7))
  })
  return parts
}

test('what is refused is offered by halves, down to the least size', async () => {
  expect(await offered(6, 3)).toEqual([[1, 2, 3, 4, 5, 6]])
  expect(await offered(8, 4)).toEqual([
    [1, 2, 3, 4, 5, 6, 7, 8],
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ])
  expect((await offered(8, 1)).slice(3)).toEqual([[5, 6], [7, 8], [7], [8]])
})

test('an odd number has halves, too', async () => {
  const parts: number[][] = []
  await offerHalves([1, 2, 3, 4, 5, 6, 7], (part) => {
    parts.push([...part])
    return Promise.resolve(false)
  })
  expect(parts).toEqual([
    [1, 2, 3, 4, 5, 6, 7],
    [1, 2, 3],
    [4, 5, 6, 7],
  ])
})
