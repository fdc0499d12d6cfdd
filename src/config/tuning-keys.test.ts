/** `adjustments` and `accuracy_target` in the YAML. */
import { expect, test } from 'vitest'
import { answer, inCalibration, load } from '../../test/support/yaml-texts.ts'
import { parseDrop } from './accuracy-target.ts'
import { adjustmentValue } from './adjustments.ts'

test('adjustments are read as they are written', () => {
  const written = "{ a: { threshold: 3.5 }, 'b/c': { threshold: 9, DataType: int16 }, node: { 'ON': CPU } }"
  const { adjustments } = load(inCalibration(`adjustments: ${written}`)).calibration
  expect([...adjustments!]).toEqual([
    ['a', { threshold: 3.5, bits: 8 }],
    ['b/c', { threshold: 9, bits: 16 }],
    ['node', 'CPU'],
  ])
  expect([...adjustments!.values()].map(adjustmentValue)).toEqual([
    { threshold: 3.5 },
    { threshold: 9, DataType: 'int16' },
    { ON: 'CPU' },
  ])
})

test.each([
  ['{ a: int16 }', "takes {'threshold': number}"],
  ['{ a: { threshold: 0 } }', 'threshold takes a number above 0'],
  ['{ a: { DataType: int16 } }', 'threshold takes a number above 0'],
  ['{ a: { threshold: 1, DataType: int4 } }', 'DataType takes int8 or int16, not "int4"'],
  ['{ a: { treshold: 1 } }', "unknown key 'treshold': did you mean 'threshold'?"],
  ["{ a: { 'ON': BPU } }", 'ON takes CPU, not "BPU"'],
  ["{ a: { 'ON': CPU, threshold: 1 } }", 'a node on the CPU has no threshold'],
])('adjustments: %s is answered', (value, message) => {
  const text = answer(inCalibration(`adjustments: ${value}`))
  expect(text).toContain(message)
  expect(text).toMatch(/net\.yaml:\d+:\d+/)
})

test('the target is percentage points, and its companions need it', () => {
  const { accuracy } = load(inCalibration("accuracy_target: '0.5%'\n  accuracy_card: zoo/model.yaml")).calibration
  expect(accuracy).toEqual({ drop: 0.005, card: '/at/zoo/model.yaml', data: undefined })
  expect(answer(inCalibration('accuracy_target: 0.5'))).toContain("takes percentage points like 0.5%, not '0.5'")
  expect(answer(inCalibration('accuracy_card: model.yaml'))).toContain('belongs to accuracy_target, which is missing')
  expect(['0.5%', ' 12 % ', '0%', '-1%', '101%', '0.5', '%', 'x'].map(parseDrop)).toEqual([
    0.005,
    0.12,
    0,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
