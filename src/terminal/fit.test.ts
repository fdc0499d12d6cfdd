import { expect, test } from 'vitest'
import { shortenLeft, wrap } from './fit.ts'

test('the end of a long text is kept, wide characters count twice', () => {
  expect(shortenLeft('/a/b/model.yaml', 15)).toBe('/a/b/model.yaml')
  expect(shortenLeft('/data/zoo/net/model.yaml', 15)).toBe('...t/model.yaml')
  expect(shortenLeft('街景街景街景', 9)).toBe('...景街景')
})

test('lines break at spaces, and a path alone is shortened', () => {
  expect(wrap('', 10)).toEqual([''])
  expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrap('not here: /a/long/way/to/net.onnx', 14)).toEqual(['not here:', '...to/net.onnx'])
})
