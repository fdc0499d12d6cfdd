import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance, nearestName, nearestNames, suggestion } from './nearest-name.ts'

describe('editDistance', () => {
  test.each([
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['flaw', 'lawn', 2],
    ['same', 'same', 0],
    ['bayse', 'bayes', 1],
    ['abcd', 'badc', 2],
  ])('%s to %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
  })
  test('is symmetric, 0 for equal words alone, and at most the longer length', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') })
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b) === 0).toBe(a === b)
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
    )
  })
})

test('the nearest known name is suggested, and all names when none is near', () => {
  const names = ['calibration_type', 'cal_data_dir', 'max_percentile']
  expect(nearestName('calibration_typo', names)).toBe('calibration_type')
  expect(nearestName('Cal_Data_Dir', names)).toBe('cal_data_dir')
  expect(nearestName('bayes', names)).toBeUndefined()
  expect(suggestion('cal_dat_dir', names)).toBe("did you mean 'cal_data_dir'?")
  expect(suggestion('bayes', names)).toBe('known are calibration_type, cal_data_dir, max_percentile')
  expect(suggestion('bayse', ['bernoulli2', 'bayes', 'bayes-e'])).toBe("did you mean 'bayes'?")
  expect(suggestion('O4', ['O0', 'O1', 'O2', 'latency'])).toBe('known are O0, O1, O2, latency')
})

test('the nearest of many names, those that hold the word first', () => {
  const names = [
    'resnet20_cifar10',
    'yolov5s_672',
    'unet_mobilenet',
    'mobilenet_v1_1.0_224',
    'yolox_nano',
    'mobilenet_v2',
  ]
  expect(nearestNames('MobileNet', names).toSorted()).toEqual([
    'mobilenet_v1_1.0_224',
    'mobilenet_v2',
    'unet_mobilenet',
  ])
  expect(nearestNames('yolov8', names).slice(0, 2).toSorted()).toEqual(['yolov5s_672', 'yolox_nano'])
})
