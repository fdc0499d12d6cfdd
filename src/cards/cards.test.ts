import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../../test/support/shared-data.ts'
import { ConfigError, ReadError } from '../errors.ts'
import { loadConfigFile } from '../stages/load-config-file.ts'
import { buildChain } from '../transforms/chain.ts'
import { filesOf } from './card.ts'
import { loadCard } from './load.ts'
import { resolveModel } from './resolve-model.ts'

const CARD = `name: net
title: A net
task: classification
dataset: imagenet
model: { file: vendor/net.onnx, md5: 0123456789abcdef0123456789abcdef, licence: MIT, source: here }
config: mapper/net_config.yaml
input: data
output: prob
reader: opencv
preprocess:
  calibration:
    - ShortSideResizeTransformer: { short_size: 256 }
    - HWC2CHWTransformer
`

let root = ''
let path = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'card-'))
  path = join(root, 'zoo/03_classification/net/model.yaml')
  mkdirSync(dirname(path), { recursive: true })
})
afterAll(() => rmSync(root, { recursive: true }))

function load(text: string): ReturnType<typeof loadCard> {
  writeFileSync(path, text)
  return loadCard(path)
}

describe('loadCard', () => {
  test.each([
    '01234567890123456789012345678901',
    '12345678901234567890123456789012',
    '1234567890123456789012345678e123',
  ])('a hash that YAML reads as a number: %s', (md5) => {
    expect(load(CARD.replace('0123456789abcdef0123456789abcdef', md5)).model.md5).toBe(md5)
  })

  test('a number in place of a name stays a mistake', () => {
    expect(() => load(CARD.replace('name: net', 'name: 12'))).toThrow(/name/)
  })

  test('paths become absolute, what is left out gets its default', () => {
    const card = load(CARD)
    expect(card).toMatchObject({
      path,
      config: join(dirname(path), 'mapper/net_config.yaml'),
      inputName: 'data',
      outputs: ['prob'],
      classOffset: 0,
      accuracy: undefined,
    })
    expect(card.preprocess.calibration).toEqual([
      { name: 'ShortSideResizeTransformer', params: { short_size: 256 } },
      { name: 'HWC2CHWTransformer', params: {} },
    ])
    expect(card.preprocess.inference).toEqual(card.preprocess.calibration)
  })
  test.each([
    [CARD.replace('ShortSide', 'ShortSid'), ':12:7', "did you mean 'ShortSideResizeTransformer'?"],
    [CARD.replace('short_size', 'short_side'), ':12:37', "did you mean 'short_size'?"],
    [CARD.replace('256', 'big'), ':12:49', "'ShortSideResizeTransformer.short_size'"],
    [CARD.replace('- HWC2CHWTransformer', '- A: {}\n      B: {}'), ':13:7', 'expected one transformer'],
    [CARD.replace('opencv', 'cv2'), ':9:9', "'reader' is 'cv2'"],
    [CARD.replace('0123456789abcdef0', ''), ':5:38', '32 hexadecimal digits'],
    [`${CARD}class_ofset: 1\n`, ':14:1', "did you mean 'class_offset'?"],
    [CARD.slice(0, CARD.indexOf('  calibration')), ':10:1', 'is missing'],
  ])('mistake %# is answered with its place', (text, place, message) => {
    let error: unknown
    try {
      load(text)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(ConfigError)
    expect(error).toMatchObject({ where: path + place, message: expect.stringContaining(message) })
  })
  const detection = `${CARD.replace('classification', 'detection')}decoder: { yolox: { strides: [8, 16, 32] } }
detection:
  nms: { per_class: { iou_threshold: 0.65 } }
`
  test('decoder and detection settings, with their defaults', () => {
    expect(load(detection)).toMatchObject({
      decoder: { name: 'yolox', params: { strides: [8, 16, 32] } },
      detection: {
        score_threshold: 0.001,
        max_candidates: 6000,
        nms: { name: 'per_class', params: { iou_threshold: 0.65 } },
        max_detections: 300,
        columns: 'classes',
      },
    })
    expect(load(detection.replace(/decoder.*/, 'decoder: yolox')).decoder).toEqual({ name: 'yolox', params: {} })
  })
  test.each([
    [detection.replace('yolox', 'yolo_x'), ':14:12', "no decoder 'yolo_x': did you mean 'yolox'?"],
    [detection.replace('strides', 'stride'), ':14:21', "unknown key 'stride': did you mean 'strides'?"],
    [detection.replace('[8, 16', '[8, a'), ':14:34', "'yolox.strides.1'"],
    [detection.replace('per_class', 'per_clas'), ':16:10', "no suppression 'per_clas': did you mean 'per_class'?"],
    [detection.replace('{ iou_threshold: 0.65 }', '{}'), ':16:10', "'per_class.iou_threshold' is missing"],
    [detection.replace('0.65', '1.65'), ':16:38', "'per_class.iou_threshold'"],
    [detection.replace(/decoder.*\n/, ''), ':3:7', "task 'detection' needs the key 'decoder': known are"],
    [detection.replace(/yolox.*/, 'logits: {} }'), ':14:1', "decoder 'logits' is not for task 'detection'"],
    [detection.slice(0, detection.indexOf('detection:\n')), ':3:7', "needs the key 'detection' with its 'nms'"],
    [`${detection}  columns: coco\n`, ':17:12', 'expected classes, coco_category_ids or a list'],
    [`${CARD}decoder: yolox\n`, ':14:10', "task 'classification' has no decoder"],
    [
      detection.replace('task: detection', 'task: segmentation').replace(/decoder.*/, 'decoder: logits'),
      ':15:1',
      'no key',
    ],
  ])('mistake %# in a detector is answered with its place', (text, place, message) => {
    expect(() => load(text)).toThrow(
      expect.objectContaining({ where: path + place, message: expect.stringContaining(message) }),
    )
  })
  test('a file that is fetched needs its hash, another does not', () => {
    const open = CARD.replace(', md5: 0123456789abcdef0123456789abcdef', '')
    expect(load(open).model.md5).toBeUndefined()
    expect(() => load(open.replace('file: vendor', "urls: ['https://here/net.onnx'], file: vendor"))).toThrow(
      expect.objectContaining({ where: `${path}:5:1`, message: expect.stringContaining("needs its 'md5'") }),
    )
  })
  test('the YAML of a build is told from a card, with the card to give', () => {
    load(CARD)
    const config = join(dirname(path), 'mapper/net_config.yaml')
    mkdirSync(dirname(config), { recursive: true })
    writeFileSync(config, "model_parameters:\n  onnx_model: 'net.onnx'\n")
    expect(() => loadCard(config)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_NOT_A_CARD',
        message: `${config} is the YAML of a build (it has model_parameters), not a model card`,
        fix: expect.stringMatching(/zoo\/03_classification\/net\/model.yaml, the card of this model$/),
      }),
    )
    expect(() => loadConfigFile(path)).toThrow(
      expect.objectContaining({ code: 'CONFIG_IS_A_CARD', fix: expect.stringContaining(`give ${config},`) }),
    )
  })
  test('a card that is not there', () => {
    expect(() => loadCard(join(root, 'none.yaml'))).toThrow(/no model card/)
  })
})

describe('resolveModel', () => {
  test('beside the card, then in model_zoo/mapper, else the places are named', () => {
    const card = load(CARD)
    expect(() => resolveModel(card)).toThrow(ReadError)
    expect(() => resolveModel(card)).toThrow(
      expect.objectContaining({ detail: expect.stringContaining('model_zoo/mapper/vendor/net.onnx') }),
    )
    const beside = join(dirname(path), 'vendor/net.onnx')
    const inZoo = join(root, 'model_zoo/mapper/vendor/net.onnx')
    for (const place of [inZoo, beside]) {
      mkdirSync(dirname(place), { recursive: true })
      writeFileSync(place, '')
      expect(resolveModel(card)).toBe(place)
    }
  })
})

describe('the cards of the zoo', () => {
  const cards = readdirSync(join(projectRoot, 'zoo'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('model.yaml'),
  )
  test('are found', () => expect(cards.length).toBeGreaterThanOrEqual(9))
  test.each(cards)('%s loads, its chains build, its YAML is there', (name) => {
    const card = loadCard(join(projectRoot, 'zoo', name))
    expect(buildChain(card.preprocess.calibration)).toBeTypeOf('function')
    expect(buildChain(card.preprocess.inference)).toBeTypeOf('function')
    expect(existsSync(card.config)).toBe(true)
    expect(filesOf(card).filter(({ md5 }) => md5 === undefined)).toEqual([])
  })
})
