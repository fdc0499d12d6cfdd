/** The borders of ARCHITECTURE.md, one rule a line. `tools/check-boundaries.mjs` also checks that the modules were seen. */
const core = '^src/(ir|onnx|caffe|ops|targets|passes|prepare|calibrate|quantize|reference|runners|search|sensitivity|metrics|tasks)/'
const notTest = '\\.test\\.ts$'

module.exports = {
  forbidden: [
    {
      name: 'ir-imports-nothing',
      severity: 'error',
      comment: 'The IR is the ground everything stands on.',
      from: { path: '^src/ir/', pathNot: notTest },
      to: { path: '^src/', pathNot: '^src/(ir/|errors\\.ts$)' },
    },
    {
      name: 'only-runtime-imports-onnxruntime',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/runtime/' },
      to: { path: 'onnxruntime' },
    },
    {
      name: 'only-image-imports-sharp',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/image/|\\.test\\.ts$' },
      to: { path: 'node_modules/sharp' },
    },
    {
      name: 'only-pool-imports-bullmq',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/pool/' },
      to: { path: 'node_modules/(bullmq|ioredis)' },
    },
    {
      name: 'core-runs-in-a-browser',
      severity: 'error',
      comment: 'Everything needed to quantize is free of node: imports.',
      from: { path: core, pathNot: notTest },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-knows-no-outer-layer',
      severity: 'error',
      from: { path: core, pathNot: notTest },
      to: { path: '^src/(cli|terminal|stages|runtime|pool|files|samples|datasets|cards)/' },
    },
    { name: 'nobody-imports-cli', severity: 'error', from: { path: '^src/', pathNot: '^src/cli/' }, to: { path: '^src/cli/' } },
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
}
