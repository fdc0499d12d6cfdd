/** The answer to outputs that a decoder cannot read. */
import { DataError } from '../errors.ts'
import type { TaskOutput } from './output.ts'

/** `wanted`: the form in words, `1 x N x 85 with N = 3549`. */
export function outputShapeError(decoder: string, wanted: string, outputs: readonly TaskOutput[]): DataError {
  const got = outputs.map(({ name, shape }) => `${name}: ${shape.join(' x ')}`)
  return new DataError('DATA_OUTPUT_SHAPE', `decoder '${decoder}' wants ${wanted}`, {
    stage: 'evaluate',
    where: outputs.map(({ name }) => name).join(', '),
    detail: `the model gives ${got.join('; ')}`,
    fix: 'correct decoder, outputs or the input size in the card',
  })
}
