/** Local models over an injected runtime. */
export { attentionRoom } from './attention-room.ts'
export type { BackendConfig, LocalModelEvent, WeightType } from './backend-config.ts'
export { type InferenceEngineOptions, inferenceEngine } from './engine/inference-engine.ts'
export { type AddressFilesOptions, addressFiles } from './files/address-files.ts'
export type { FileCache, FileCacheReadOptions, FilePart, FilePlace, FileTurn, KeptFile } from './files/file-cache.ts'
export { type HubFilesOptions, hubFiles } from './files/hub-files.ts'
export { modelFileName } from './files/model-file-name.ts'
export { countsInDigest as countsInModelDigest, modelFilesDigest } from './files/model-files-digest.ts'
export type { RemoteFilesOptions } from './files/remote-reader.ts'
export { type StoredFileCacheOptions, storedFileCache } from './files/stored-file-cache.ts'
export type {
  EngineLoad,
  GeneratedToken,
  GenerationEnd,
  GenerationJob,
  InferenceEngine,
  ScoringJob,
  TokenChoice,
  TokenSampling,
} from './generation.ts'
export { type GrammarEngineOptions, grammarEngine } from './grammar/grammar-engine.ts'
export type { GrammarModule } from './grammar/grammar-module.ts'
export type { BackendLimits } from './hardware/backend-candidates.ts'
export { backendText } from './hardware/backend-text.ts'
export type { GpuFacts, Hardware, HardwareProbe } from './hardware/hardware.ts'
export { type HardwareManager, type HardwareManagerOptions, hardwareManager } from './hardware/hardware-manager.ts'
export { type KeptSpeedsOptions, keptSpeeds } from './hardware/kept-speeds.ts'
export { type MemoryWatch, type MemoryWatchOptions, memoryWatch } from './hardware/memory-watch.ts'
export type { ModelNeed } from './hardware/model-need.ts'
export { needOfFiles } from './hardware/need-of-files.ts'
export { type NetworkSpeedOptions, networkSpeed } from './hardware/network-speed.ts'
export { type BackendTrouble, type LadderOptions, nextBackend } from './hardware/next-backend.ts'
export type { LoadedModelFacts, LocalModel } from './local-model.ts'
export type { AskedModel } from './messages/answer-question.ts'
export type { FromWorker, ModelQuestion, ModelReply, SentRequest, ToWorker } from './messages/model-messages.ts'
export type { FileProgress, LocatedFile, ModelFiles, ReadOptions } from './model-files.ts'
export type { AttentionMemory, Network, NetworkRows } from './network.ts'
export type { GpuDevice } from './onnx/gpu-device.ts'
export { graphFiles, type LoadNetworkOptions, loadNetwork } from './onnx/load-network.ts'
export type { NetworkShape } from './onnx/network-shape.ts'
export { type OnnxNetwork, type OnnxNetworkOptions, onnxNetwork } from './onnx/onnx-network.ts'
export {
  broughtOnnxRuntime,
  type ExternalData,
  type OnnxRuntime,
  type OnnxSession,
  type OnnxSessionOptions,
} from './onnx/onnx-runtime.ts'
export { readNetworkShape } from './onnx/read-network-shape.ts'
export { networkSelfTest, type SelfTestOptions, type SelfTestResult, selfTestLogits } from './onnx/self-test.ts'
export { type OnnxEmbedderOptions, onnxEmbedder } from './onnx-embedder.ts'
export { type OnnxModelOptions, type OnnxPlace, onnxModel } from './onnx-model.ts'
export { type ModelPool, type ModelPoolOptions, modelPool, type PoolState } from './pool/model-pool.ts'
export { type ModelShelf, type ModelShelfOptions, modelShelf } from './pool/model-shelf.ts'
export type { Grammar, GrammarEngine, TokenConstraint, TokenVocabulary } from './token-constraint.ts'
