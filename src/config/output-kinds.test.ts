import { expect, test } from 'vitest'
import { answer, inCalibration, load } from '../../test/support/yaml-texts.ts'

test('kinds of outputs are read by name', () => {
  const { outputKinds } = load(inCalibration('output_kinds: { boxes: relative, scores: detector }')).calibration
  expect([...outputKinds!]).toEqual([
    ['boxes', 'relative'],
    ['scores', 'detector'],
  ])
  expect(load(inCalibration('calibration_type: max')).calibration.outputKinds).toBeUndefined()
})

test('a kind nobody knows is answered with the nearest', () => {
  const text = answer(inCalibration('output_kinds: { scores: detektor }'))
  expect(text).toContain("'output_kinds' of 'scores': 'detektor' is no kind; did you mean 'detector'?")
})
