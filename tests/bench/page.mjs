// Runs in the browser: each library does the same work in turn, round after round.

import sodium from '/node_modules/libsodium-wrappers-sumo/dist/modules-sumo-esm/libsodium-wrappers.mjs';
import { argon2id } from '/node_modules/hash-wasm/dist/index.esm.min.js';

const BYTES = 20 * 1024 * 1024;
const ROUNDS = 5;
const password = 'Korrektes-Pferd-Batterie-7';
const [key, salt, nonce] = [new Uint8Array(32).fill(7), new Uint8Array(16).fill(7), new Uint8Array(12)];

async function ours() {
  const module = await WebAssembly.compileStreaming(fetch('/bench.wasm'));
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => {
      throw new Error(`${from}.${name} was called`);
    };
  }
  return (await WebAssembly.instantiate(module, imports)).exports;
}

window.measure = async () => {
  await sodium.ready;
  const exports = await ours();
  const plain = new Uint8Array(BYTES);
  for (let at = 0; at < BYTES; at += 65536) crypto.getRandomValues(plain.subarray(at, at + 65536));
  const { crypto_pwhash_ALG_ARGON2ID13: algorithm } = sodium;
  const work = {
    'Argon2id, 64 MiB, t = 3, p = 1': {
      ours: () => exports.argon2id(),
      libsodium: () => sodium.crypto_pwhash(32, password, salt, 3, 64 * 1024 * 1024, algorithm),
      'hash-wasm': () =>
        argon2id({ password, salt, iterations: 3, parallelism: 1, memorySize: 65536, hashLength: 32, outputType: 'binary' }),
    },
    'ChaCha20-Poly1305, 20 MiB, copies included': {
      ours: () => {
        const at = exports.room(BYTES);
        new Uint8Array(exports.memory.buffer, at, BYTES).set(plain);
        const length = exports.encrypt();
        return new Uint8Array(exports.memory.buffer, at, length).slice();
      },
      libsodium: () => sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plain, null, null, nonce, key),
    },
  };
  const [one, other] = Object.values(work['ChaCha20-Poly1305, 20 MiB, copies included']).map((run) => run());
  if (!one.every((byte, index) => byte === other[index]) || one.length !== other.length) throw new Error('the ciphertexts differ');
  const results = {};
  for (const [what, libraries] of Object.entries(work)) {
    results[what] = Object.fromEntries(Object.keys(libraries).map((library) => [library, []]));
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [library, run] of Object.entries(libraries)) {
        const begun = performance.now();
        await run();
        if (round > 0) results[what][library].push(performance.now() - begun);
      }
    }
  }
  return results;
};
