import type { CommandSpec } from '../command.ts'

/** `openmapper preprocess`. */
export const preprocessCommand: CommandSpec = {
  name: 'preprocess',
  summary: "Write calibration data: pictures through the card's transformers, as raw pixels",
  options: [
    { flags: '--card <file>', description: 'model card (model.yaml)', required: true },
    {
      flags: '--src <dir>',
      description:
        "folder of pictures, or of a data set's training part (default: zoo/01_common/calibration_data/NAME, else the training part at hand)",
    },
    { flags: '--dst <dir>', description: 'folder to write; float32 pixels get the suffix _f32', required: true },
    { flags: '--limit <n>', description: 'number of pictures', default: '100' },
    { flags: '--tell-files', description: 'a line `write:<path>` per file, as 02_preprocess.sh prints them' },
  ],
  examples: ['openmapper preprocess --card ../model.yaml --src ./photos --dst ./calibration_data_rgb'],
  load: () => import('../actions/preprocess.ts'),
}
