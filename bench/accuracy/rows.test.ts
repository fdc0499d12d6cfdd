import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Card } from '../../src/cards/card.ts'
import { findCard } from '../../src/cards/zoo.ts'
import { loadCard } from '../../src/cards/load.ts'
import { checkRow } from './check.ts'
import { readOptions } from './options.ts'
import { RowFile } from './row-file.ts'
import type { Row } from './row.ts'

const ROW: Row = {
  model: 'lenet_gray',
  build: 'default',
  commit: 'abc',
  metric: 'Top-1',
  float: 0.9908,
  value: 0.9901,
  difference: -0.07,
  low: -0.1,
  high: 0.1,
  n: 10_000,
  changedAnswers: 5,
  pictures: 10_000,
  flips: 5,
  divergence: 0.001,
  floatAp: null,
  equalPixels: null,
  sqnr: 30,
  cosine: 0.999,
  int16Quantizers: 0,
  int16Elements: 0,
  buildSeconds: 1,
  peakRss: 200,
  floatMs: 1,
  int8Ms: 1,
}

describe('names of models', () => {
  const chosen = (...words: string[]): string[] => readOptions(words).cards.map(({ name }) => name)

  test('a whole name is that model, the beginning of a part comes before the middle of one', () => {
    expect(chosen('lenet')).toEqual(['lenet_gray'])
    expect(chosen('gray')).toEqual(['lenet_gray', 'se_resnet_gray'])
    expect(chosen('resnet20_cifar10')).toEqual(['resnet20_cifar10'])
    expect(chosen('scnn').length).toBe(2)
    expect(() => chosen('lennet')).toThrow(/'lennet': known are .*lenet_gray/)
  })

  test('builds by name; the check has its own', () => {
    expect(readOptions(['--builds', 'max,default']).builds).toEqual(['max', 'default'])
    expect(() => readOptions(['--builds', 'maximum'])).toThrow(/known are max, kl/)
    expect(readOptions(['--check']).builds).toEqual(['default'])
    expect(() => readOptions(['--check', '--builds', 'max'])).toThrow('--check')
  })
})

describe('a file of rows', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rows-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  test('gives back what was measured at the same commit, and survives a line that was cut short', () => {
    const path = join(folder, 'rows.jsonl')
    new RowFile(path).add(ROW)
    appendFileSync(path, '{"model":"yolox')
    const file = new RowFile(path)
    expect(file.find('lenet_gray', 'default', 'abc')).toEqual(ROW)
    expect(file.find('lenet_gray', 'max', 'abc')).toBeUndefined()
    expect(file.find('lenet_gray', 'default', 'def')).toBeUndefined()
    file.add({ ...ROW, build: 'max' })
    expect(new RowFile(path).find('lenet_gray', 'max', 'abc')).toEqual({ ...ROW, build: 'max' })
    expect(readFileSync(path, 'utf8')).not.toContain('yolox')
  })

  test('gives no row of a tree that differs from its commit', () => {
    const file = new RowFile(join(folder, 'rows.jsonl'))
    file.add({ ...ROW, commit: 'abc+' })
    expect(file.find('lenet_gray', 'default', 'abc+')).toBeUndefined()
  })
})

describe('the check against the card', () => {
  const card: Card = {
    ...loadCard(findCard('lenet_gray')),
    accuracy: { metric: 'top1', float: 0.9908, int8: 0.9906, noise: 0.0005, subset: 'all' },
  }

  test('a fall within the noise passes, a larger one of either figure does not', () => {
    expect(checkRow(card, ROW)).toEqual({
      line: 'lenet_gray: Top-1: float 99.08 (card 99.08), INT8 99.01 (card 99.06): within 0.05 points',
      hasFallen: false,
    })
    expect(checkRow(card, { ...ROW, value: 0.99 }).hasFallen).toBe(true)
    expect(checkRow(card, { ...ROW, float: 0.98 }).line).toContain('FALLEN by more than 0.05 points')
    expect(checkRow(card, { ...ROW, value: 1 }).hasFallen).toBe(false)
  })

  test('a card without a figure is told, and nothing fails', () => {
    const { line, hasFallen } = checkRow({ ...card, accuracy: undefined }, ROW)
    expect(line).toBe('lenet_gray: no reference figure in its card (Top-1: float 99.08, INT8 99.01)')
    expect(hasFallen).toBe(false)
  })
})
