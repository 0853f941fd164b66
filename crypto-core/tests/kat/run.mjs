// Runs the known-answer tests as WebAssembly and prints `N passed, M failed`; the exit code is 1 if any failed.
//
//   cargo build -p crypto-core --example kat --features kat --target wasm32-unknown-unknown --profile worker
//   node crypto-core/tests/kat/run.mjs target/wasm32-unknown-unknown/worker/examples/kat.wasm
//
// Where the toolchain has no wasm32 standard library, the build takes the same variables and `-Zbuild-std` as the
// worker's.

import { readFile } from "node:fs/promises";

const path = process.argv[2];
if (path === undefined) {
  console.error("usage: run.mjs <kat.wasm>");
  process.exit(2);
}
const module = await WebAssembly.compile(await readFile(path));

// The tests need nothing from the host. Libraries that are linked but not called may still name imports.
const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  imports[from] ??= {};
  imports[from][name] = () => {
    throw new Error(`the known-answer tests called ${from}.${name}`);
  };
}

const { exports } = await WebAssembly.instantiate(module, imports);
const failures = exports.run();
const report = new Uint8Array(exports.memory.buffer, exports.report(), exports.report_bytes());
console.log(new TextDecoder().decode(report));
process.exit(failures === 0 ? 0 : 1);
