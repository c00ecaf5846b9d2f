// Builds the Rust crates beside this file to WebAssembly: `npm run build:wasm -- [crate…] [--check]`, all without a name.
//
// A crate `wasm/<name>` becomes `wasm/built/<name>.wasm`, with `wasm/built/<name>.json` telling what it was built from and
// with: digests of the sources and of the result. `--check` compares instead of writing. The same tools give the same
// bytes; on Debian bookworm they are the packages rustc-web, cargo-web, rust-web-src and lld-22, on others whatever
// KKACHI_RUSTC, KKACHI_CARGO and KKACHI_WASM_LD name, at the versions that the file tells.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crateNames, crateSources, sha256 } from './crates.ts'

const root = dirname(fileURLToPath(import.meta.url))
const rustc = process.env.KKACHI_RUSTC ?? '/usr/bin/rustc'
const cargo = process.env.KKACHI_CARGO ?? '/usr/bin/cargo'
const linker = process.env.KKACHI_WASM_LD ?? '/usr/bin/wasm-ld-22'
const target = 'wasm32-unknown-unknown'
/** Outside the tree, so that nothing of it is ever committed or packed. */
const work = process.env.KKACHI_WASM_TARGET ?? join(tmpdir(), 'kkachi-wasm')

const said = (command: string, ...given: string[]): string => execFileSync(command, given, { encoding: 'utf8' }).trim()

const tools = (): { readonly rustc: string; readonly linker: string } => {
  try {
    return { rustc: said(rustc, '--version'), linker: said(linker, '--version') }
  } catch (cause) {
    throw new Error(
      'The tools were not found. On Debian bookworm: apt-get install rustc-web cargo-web rust-web-src lld-22. Elsewhere name them in KKACHI_RUSTC, KKACHI_CARGO and KKACHI_WASM_LD.',
      { cause },
    )
  }
}

/** No path of this machine gets into the result. */
const flags = (crate: string): readonly string[] => {
  const library = realpathSync(join(said(rustc, '--print', 'sysroot'), 'lib/rustlib/src/rust'))
  const crates = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/src')
  return [
    '-Ctarget-feature=+simd128',
    `-Clinker=${linker}`,
    '-Clink-arg=--allow-undefined', // the clock of llguidance is ours, and no library of its own has it; see imports()
    `--remap-path-prefix=${library}=/rust`,
    `--remap-path-prefix=${crates}=/crates`,
    `--remap-path-prefix=${crate}=/crate`,
  ]
}

const cargoBuild = (name: string): void => {
  const crate = join(root, name)
  execFileSync(
    cargo,
    ['build', '--release', '--locked', '--quiet', '--target', target, '-Zbuild-std=std,panic_abort'],
    {
      cwd: crate,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        RUSTC: rustc,
        RUSTC_BOOTSTRAP: '1', // the library is built along, which is a matter of unstable flags
        CARGO_ENCODED_RUSTFLAGS: flags(crate).join('\x1f'),
        CARGO_TARGET_DIR: work,
        CARGO_INCREMENTAL: '0',
      },
    },
  )
}

/**
 * A static library is linked here, with the functions alone that its own sources export: as a dynamic one it would have those
 * of the crates it is made of as well, llguidance's interface for C among them, and all that they need.
 */
const link = (name: string): Buffer => {
  const made = join(work, target, 'release', `${name}.wasm`)
  const library = join(work, target, 'release', `lib${name}.a`)
  const exported = crateSources(name).flatMap(path =>
    [...readFileSync(path, 'utf8').matchAll(/^pub (?:unsafe )?extern "C" fn (\w+)/gm)].map(([, found]) => found),
  )
  said(
    linker,
    '--no-entry',
    '--gc-sections',
    '-O3',
    '--strip-debug',
    '--stack-first',
    ...['-z', 'stack-size=1048576'],
    ...exported.map(found => `--export=${found}`),
    library,
    ...['-o', made],
  )
  return readFileSync(made)
}

const build = (name: string): Buffer => {
  cargoBuild(name)
  return /crate-type = \["staticlib"\]/.test(readFileSync(join(root, name, 'Cargo.toml'), 'utf8'))
    ? link(name)
    : readFileSync(join(work, target, 'release', `${name}.wasm`))
}

const check = process.argv.includes('--check')
const named = process.argv.slice(2).filter(argument => !argument.startsWith('-'))
for (const name of named.length > 0 ? named : crateNames()) {
  const used = tools()
  const made = build(name)
  const artefact = join(root, 'built', `${name}.wasm`)
  const record = {
    sources: Object.fromEntries(crateSources(name).map(path => [relative(root, path), sha256(readFileSync(path))])),
    tools: used,
    artefact: { bytes: made.length, sha256: sha256(made) },
  }
  const recorded = `${JSON.stringify(record, undefined, 2)}\n`
  const recordFile = join(root, 'built', `${name}.json`)
  if (check) {
    if (readFileSync(recordFile, 'utf8') !== recorded || !readFileSync(artefact).equals(made)) {
      throw new Error(
        `wasm/built/${name}.wasm is not what its sources make. Run npm run build:wasm -- ${name}, and commit wasm/built. Built now:\n${recorded}Recorded:\n${readFileSync(recordFile, 'utf8')}`,
      )
    }
  } else {
    mkdirSync(join(root, 'built'), { recursive: true })
    writeFileSync(artefact, made)
    writeFileSync(recordFile, recorded)
  }
  console.log(`wasm/built/${name}.wasm: ${made.length} bytes, sha256 ${record.artefact.sha256}`)
}
