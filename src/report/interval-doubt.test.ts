import { expect, test } from 'vitest'
import { intervalDoubt } from './interval-doubt.ts'

const wide = { low: -0.02, high: 0.01 }
const none = { low: 0, high: 0 }

test.each([
  ['enough pictures and an interval', 10, wide, 3, /^$/],
  ['enough pictures, no answer like the other', 400, none, 0, /^No answer changed on 400 pictures: so there is no int/],
  ['answers changed, but none from right to wrong', 400, none, 5, /^No score changed on 400 pictures: so there is no/],
  ['boxes, which are not counted', 50, none, undefined, /^No score changed on 50 pictures/],
  ['few pictures, all the same', 2, none, 0, /^No answer changed on 2 pictures, but so few say little/],
  ['few pictures with an interval', 9, wide, 2, /^9 pictures say little: score some hundreds\.$/],
  ['every answer lost', 20, { low: -1, high: -1 }, 20, /^$/],
  ['one picture has no interval', 1, undefined, 0, /^1 picture says little/],
])('%s', (_, n, interval, changed, expected) => {
  expect(intervalDoubt(n, { interval, changed }) ?? '').toMatch(expected)
})
