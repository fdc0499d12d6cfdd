import { expect, test } from 'vitest'
import { goldenDifference, readGolden, type GoldenResult } from '../../test/golden/image/golden.ts'
import { noise, unit } from '../../test/golden/image/noise.ts'
import { resizeCvByFactor } from './resize-cv.ts'
import { warpAffineCv, type AffineMatrix } from './warp-cv.ts'

interface Source {
  from: [number, number, number]
  seed: number
  input: 'uint8' | 'float32'
  result: GoldenResult
}
type GeometryCase =
  | (Source & { what: 'warp'; matrix: AffineMatrix; to: [number, number] })
  | (Source & { what: 'factor'; factor: number })

const title = (golden: GeometryCase): string =>
  golden.what === 'warp' ? `warp ${golden.matrix.join(' ')}` : `resize by ${golden.factor}`

test.each(
  readGolden<GeometryCase>('geometry.json').map(
    (golden) => [`${title(golden)} of ${golden.from.join(' x ')} ${golden.input}`, golden] as const,
  ),
)('golden %s', (_, golden) => {
  const bytes = noise(...golden.from, golden.seed)
  const image = golden.input === 'uint8' ? bytes : unit(bytes)
  const out =
    golden.what === 'warp'
      ? warpAffineCv(image, golden.matrix, { height: golden.to[0], width: golden.to[1] })
      : resizeCvByFactor(image, golden.factor)
  expect(goldenDifference(out, golden.result)).toBeUndefined()
})
