//! The inner loops that WebAssembly does several times faster than JavaScript: dot products of a query with every row of
//! a matrix, in floats and in bytes, and the edit distance of long texts.
//!
//! There is no allocator and no glue. Whoever instantiates the module lays its memory out from `free_from()` on and
//! passes addresses; `src/kernels/wasm-kernels.ts` does.
#![cfg_attr(target_arch = "wasm32", no_std)]

mod dots;
mod edit_distance;
#[cfg(target_arch = "wasm32")]
mod exports;

pub use dots::{dot_bytes, dot_floats};
pub use edit_distance::{edit_distance, scratch_words};
