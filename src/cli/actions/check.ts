/** `openmapper check` and `hb_mapper checker`. */
import type { March, ModelFiles } from '../../config/types.ts'
import { onnxEngine } from '../../runtime/engine.ts'
import { checkModel, type CheckResult } from '../../stages/check.ts'
import { shortenLeft } from '../../terminal/fit.ts'
import { formatTable } from '../../terminal/table.ts'
import { VERSION } from '../../version.ts'
import { type CommandContext, flag, type Handler, text, texts } from '../command.ts'
import { modelFiles } from '../model-files.ts'
import { shapePairs } from '../run.ts'

const NODE_WIDTH = 50

export const run: Handler = async (args, options, context) => {
  const { reporter, print } = context
  const files = modelFiles(args[0], options)
  const march = text(options, 'march') as March
  reporter.info(`openmapper version ${VERSION}`)
  reporter.info('Start to Horizon NN Model Convert.')
  const result = await checkModel(files, {
    march,
    inputShapes: shapePairs(texts(options, 'inputShape')),
    engine: onnxEngine(2),
    reporter,
  })
  if (flag(options, 'json')) print(JSON.stringify(result))
  else report(result, files, context)
}

function report(result: CheckResult, files: ModelFiles, { reporter, print }: CommandContext): void {
  reporter.info('The converted model node information:')
  const cells = result.rows.map((row) => [
    shortenLeft(row.node, NODE_WIDTH),
    row.on,
    row.subgraph === undefined ? '--' : `id(${row.subgraph})`,
    row.type,
    row.dataType,
  ])
  for (const line of formatTable(['Node', 'ON', 'Subgraph', 'Type', 'In/Out DataType'], cells)) reporter.info(line)
  reporter.info('End to Horizon NN Model Convert.')
  reporter.info(`ONNX model output num : ${result.outputs.length}`)
  reporter.info('End model checking....')
  const cpu = result.rows.filter((row) => row.on === 'CPU')
  print('')
  if (cpu.length > 0) print('On the CPU:')
  for (const [reason, nodes] of byReason(cpu)) {
    const names = nodes.slice(0, 4).map((row) => row.node)
    print(`  ${nodes.length} x ${reason}: ${names.join(', ')}${nodes.length > 4 ? ', ...' : ''}`)
  }
  const accelerated = result.rows.length - cpu.length
  print(
    `${accelerated} of ${result.rows.length} operators run on the accelerator (${result.march}), in ${result.subgraphs} subgraph(s).`,
  )
  if (accelerated === 0) {
    print('There is no node can execute on BPU in this model: a build would have nothing to quantize.')
    return
  }
  const model = 'onnx' in files ? files.onnx : `${files.caffemodel} --proto ${files.prototxt}`
  print(`Next: openmapper init ${model}    (writes the YAML of a build)`)
}

function byReason(rows: CheckResult['rows']): Map<string, CheckResult['rows']> {
  const groups = new Map<string, CheckResult['rows']>()
  for (const row of rows) groups.set(row.reason, [...(groups.get(row.reason) ?? []), row])
  return groups
}
