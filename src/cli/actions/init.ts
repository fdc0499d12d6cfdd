/** `openmapper init`. */
import { dirname, join } from 'node:path'
import type { March } from '../../config/types.ts'
import { initConfig, type InitResult } from '../../stages/init.ts'
import { flag, type Handler, text, texts } from '../command.ts'
import { modelFiles } from '../model-files.ts'
import { shapePairs } from '../run.ts'

export const run: Handler = async ([model], options, { print, reporter }) => {
  const result = await initConfig(modelFiles(model, options), {
    march: text(options, 'march') as March,
    output: text(options, 'output'),
    force: flag(options, 'force'),
    reporter,
    inputShapes: shapePairs(texts(options, 'inputShape')),
  })
  if (flag(options, 'json')) {
    print(JSON.stringify(result))
    return
  }
  const { path, card, guesses } = result
  print(`Written: ${card === undefined ? path : `${path}, ${card}`}`)
  for (const { key, value, why } of guesses) print(`  guess  ${key}: '${value}'\n         ${why}`)
  for (const line of nextSteps(result, model)) print(line)
}

function nextSteps({ path, card, prefix, workingDir, calibrationData }: InitResult, float: string): string[] {
  const build = `openmapper build -c ${path}`
  if (card === undefined) {
    return [
      'No model card: preprocess, infer and evaluate know networks that take one picture.',
      'Next: check the guesses, put about 100 samples of training data into cal_data_dir, then',
      `      ${build}`,
    ]
  }
  const model = join(dirname(path), workingDir, `${prefix}_quantized_model.onnx`)
  return [
    'Next: check the guesses in both files. Colour order, mean and scale: does the float model know a picture?',
    `      openmapper infer --card ${card} --model ${float} --image PICTURE`,
    'Then',
    `      openmapper preprocess --card ${card} --src PICTURES --dst ${join(dirname(path), calibrationData)}`,
    `      ${build}`,
    `      openmapper infer --card ${card} --model ${model} --image PICTURE --compare`,
    `      openmapper evaluate --card ${card} --model ${model} --data DATA_SET --compare`,
    'PICTURES: a folder of about 100 pictures of the training data',
  ]
}
