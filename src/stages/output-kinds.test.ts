import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { knownKinds } from './output-kinds.ts'

test('a kind for an output that the model does not have is an error that names those it has', () => {
  const net = new Network(1)
  const value = net.node('Relu', [net.input('x', [1, 3, 4, 4])])
  net.output(value)
  const { graph } = net.model()
  const [{ name }] = graph.outputs
  expect(knownKinds(graph, new Map([[name, 'relative']]))).toEqual(new Map([[name, 'relative']]))
  expect(() => knownKinds(graph, new Map([['boxes', 'detector']]))).toThrow(
    expect.objectContaining({
      code: 'CONFIG_UNKNOWN_OUTPUT',
      message: "the model has no output named 'boxes'",
      where: 'calibration_parameters.output_kinds',
      fix: `its outputs are ${name}`,
    }),
  )
})
