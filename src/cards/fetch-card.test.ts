import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type FileServer, startFileServer } from '../../test/support/file-server.ts'
import { randomBytes } from '../../test/support/random.ts'
import { silent } from '../reporter.ts'
import { fetchCard } from './fetch-card.ts'
import { loadCard } from './load.ts'
import { filePlaces, resolveModel } from './resolve-model.ts'
import { verifyCardFiles } from './verify-files.ts'

const NET = randomBytes(5000, 1)
const ANCHORS = randomBytes(100, 2)
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

let root: string
let card: string
let server: FileServer
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'card-'))
  card = join(root, 'zoo/08_more/net/model.yaml')
  server = await startFileServer({ '/files/net.onnx': NET, '/mirror/vendor/anchors.f32': ANCHORS })
  vi.stubEnv('OPENMAPPER_DATA', join(root, 'data'))
  mkdirSync(dirname(card), { recursive: true })
  writeFileSync(
    card,
    `name: net
title: A net
task: classification
dataset: imagenet
model:
  file: vendor/net.onnx
  md5: ${md5(NET)}
  bytes: 5000
  urls: ['${server.url}/files/net.onnx']
  licence: MIT
  source: a zoo
  extra_files: { anchors: { file: vendor/anchors.f32, md5: ${md5(ANCHORS)} } }
config: mapper/net_config.yaml
input: data
reader: opencv
preprocess: { calibration: [HWC2CHWTransformer] }
`,
  )
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await server.close()
  rmSync(root, { recursive: true })
})

const mirrors = (): string[] => [`${server.url}/mirror`]

test('model and further files come to where they are looked for', async () => {
  const paths = await fetchCard(loadCard(card), { reporter: silent, mirrors: mirrors() })
  expect(paths).toEqual(['net.onnx', 'anchors.f32'].map((name) => join(root, 'model_zoo/mapper/vendor', name)))
  expect(readFileSync(paths[0]).equals(NET)).toBe(true)
  expect(resolveModel(loadCard(card))).toBe(paths[0])
})

test('a file put in place by hand is taken where it fits, and refused where it does not', async () => {
  const beside = join(dirname(card), 'vendor/net.onnx')
  const inData = join(root, 'data/models/vendor/anchors.f32')
  for (const [path, bytes] of [
    [beside, NET],
    [inData, ANCHORS],
  ] as const) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
  expect(await fetchCard(loadCard(card), { reporter: silent })).toEqual([beside, inData])
  expect(server.requests).toEqual([])
  writeFileSync(beside, NET.subarray(0, 4000))
  await expect(fetchCard(loadCard(card), { reporter: silent })).rejects.toMatchObject({
    code: 'DATA_WRONG_HASH',
    message: expect.stringMatching(
      /net.onnx is not the file that the card means: md5 .* \(half a download: 4000 of 5000/,
    ),
    where: card,
  })
})

test('a card outside a zoo finds its files beside it and in the data folder that the environment names', () => {
  const own = { ...loadCard(card), path: join(root, 'mine/model.yaml') }
  const beside = join(root, 'mine/vendor/net.onnx')
  expect(filePlaces(own, own.model)).toEqual([beside, join(root, 'data/models/vendor/net.onnx')])
  vi.stubEnv('OPENMAPPER_DATA', '')
  expect(filePlaces(own, own.model)).toEqual([beside])
})

test('a file without an address is fetched by hand', async () => {
  await expect(fetchCard(loadCard(card), { reporter: silent })).rejects.toMatchObject({
    code: 'DATA_FETCH_BY_HAND',
    detail: expect.stringMatching(/from: +a zoo \(licence: MIT\)\nput at: .*model_zoo\/mapper\/vendor\/anchors.f32/),
  })
})

test('before an evaluation the extra files are checked, and the model where it is the one of the card', async () => {
  const [net, anchors] = await fetchCard(loadCard(card), { reporter: silent, mirrors: mirrors() })
  await verifyCardFiles(loadCard(card), net, silent)
  writeFileSync(net, ANCHORS)
  await verifyCardFiles(loadCard(card), 'model_output/net_quantized_model.onnx', silent)
  await expect(verifyCardFiles(loadCard(card), net, silent)).rejects.toThrow(
    /net.onnx is not the file that the card means/,
  )
  writeFileSync(anchors, NET)
  await expect(verifyCardFiles(loadCard(card), 'model_output/net_quantized_model.onnx', silent)).rejects.toMatchObject({
    code: 'DATA_WRONG_HASH',
    message: expect.stringMatching(/anchors.f32 is not the file that the card means: md5/),
    where: card,
  })
})

test('a file without a hash is taken as it is, and told', async () => {
  writeFileSync(card, readFileSync(card, 'utf8').replace(/ {2}(md5|urls|bytes).*\n/g, ''))
  const net = join(root, 'model_zoo/mapper/vendor/net.onnx')
  mkdirSync(dirname(net), { recursive: true })
  writeFileSync(net, 'trained again')
  const lines: string[] = []
  await verifyCardFiles(loadCard(card), net, { ...silent, info: (line) => void lines.push(line) })
  expect(lines).toEqual(['vendor/net.onnx: taken as it is, the card has no md5 of it'])
})
