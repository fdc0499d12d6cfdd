/** `--compare`: the float model of a build beside the model that was named. */
import { ArgumentError } from '../errors.ts'
import { originalBeside } from '../stages/artefacts.ts'

/** The models named; where one is to be compared, its float model comes first. Throws ArgumentError where that is not there. */
export function modelsToCompare(named: readonly string[], isCompared: boolean): readonly string[] {
  if (!isCompared || named.length > 1) return named
  const original = originalBeside(named[0])
  if (original !== undefined) return [original, named[0]]
  throw new ArgumentError('ARGUMENT_NO_FLOAT_MODEL', `there is no float model beside ${named[0]}`, {
    where: '--compare',
    fix: 'name a quantized model in the folder of its build, whose ..._original_float_model.onnx is there too',
  })
}
