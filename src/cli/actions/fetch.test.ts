import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { silent } from '../../reporter.ts'
import { run } from './fetch.ts'

let cache: string
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'cache-'))
  vi.stubEnv('OPENMAPPER_CACHE', cache)
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(cache, { recursive: true })
})

const fetch = (what: string) => run([what], {}, { reporter: silent, print: () => {} })

test('data sets behind a login are explained: what to fetch, where to put it', async () => {
  await expect(fetch('imagenet')).rejects.toMatchObject({
    code: 'DATA_FETCH_BY_HAND',
    detail: expect.stringMatching(
      /file: +ILSVRC2012_img_val.tar \(6,744,924,160 bytes, md5 29b2\w+\)\nfrom: +https.*register.*\nput at: .*imagenet/,
    ),
  })
  await expect(fetch('cityscapes')).rejects.toMatchObject({
    where: join(cache, 'cityscapes'),
    detail: expect.stringMatching(/register at.*gtFine_trainvaltest.zip/),
  })
})

test.each([
  ['cifar', 'did you mean openmapper fetch cifar10?'],
  ['mnist_1998', 'name a model card (model.yaml) or a data set: cifar10, mnist, imagenet, coco, voc, cityscapes'],
])('%s is not known', async (what, fix) => {
  await expect(fetch(what)).rejects.toMatchObject({ code: 'ARGUMENT_UNKNOWN_DATASET', fix })
})

test('a card that is not there', async () => {
  await expect(fetch('none/model.yaml')).rejects.toMatchObject({ code: 'CONFIG_NO_CARD' })
})
