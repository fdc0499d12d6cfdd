import { expect, test } from 'vitest'
import type { SensitivityRow } from '../stages/sensitivity.ts'
import { debuggerTable, sortByMetrics } from './sensitivity-table.ts'

const row = (name: string, cosine: number, mse: number, sqnr: number | null): SensitivityRow => ({
  name,
  kind: 'activation',
  threshold: 1.5,
  bits: 8,
  samples: 2,
  error: 0,
  'cosine-similarity': cosine,
  mse,
  mre: 0,
  sqnr,
  chebyshev: 0,
})
const ROWS = [row('b_HzCalibration', 1, 0, null), row('a_HzCalibration', 0.9876543210123456, 0.25, 12.5)]

test('prints every digit, worst first', () => {
  const metrics = ['cosine-similarity', 'sqnr'] as const
  expect(debuggerTable('activation', sortByMetrics(ROWS, metrics), metrics).join('\n')).toMatchInlineSnapshot(`
    "========================activation=========================
    Node             cosine-similarity   sqnr  threshold  bit
    -----------------------------------------------------------
    a_HzCalibration  0.9876543210123456  12.5  1.5        8
    b_HzCalibration  1                   inf   1.5        8"
  `)
  expect(sortByMetrics(ROWS, ['sqnr']).map(({ name }) => name)).toEqual(['a_HzCalibration', 'b_HzCalibration'])
})
