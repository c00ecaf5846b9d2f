//! Grammars over the tokens of one vocabulary: llguidance behind a handful of plain functions.
//!
//! Nothing is imported and nothing but numbers crosses: bytes are written into memory that `reserve` gives and named by
//! address and length. A function that fails returns its failure value and leaves the reason, as text, for
//! `failure_at` and `failure_length`. A panic ends the instance; whoever runs it makes a new one.

mod answer;
mod memory;
mod vocabulary;

pub use answer::Answer;
pub use vocabulary::Vocabulary;

use memory::{fail, text, view};

/// The clock that llguidance reads for statistics nobody looks at: standing still, it needs none of the host.
#[cfg(target_arch = "wasm32")]
#[no_mangle]
pub extern "C" fn now() -> f64 {
    0.0
}

/// A vocabulary from the bytes of all tokens, one after another, and where each ends; a token without bytes is never
/// allowed. The end of an answer is the token after the last. 0 for a failure.
///
/// # Safety
/// The addresses are of memory from `reserve`.
#[no_mangle]
pub unsafe extern "C" fn vocabulary(
    bytes: *const u8,
    length: usize,
    ends: *const u32,
    count: usize,
) -> *mut Vocabulary {
    match Vocabulary::new(view(bytes, length), view(ends, count)) {
        Ok(made) => Box::into_raw(Box::new(made)),
        Err(reason) => fail(reason, std::ptr::null_mut()),
    }
}

/// An answer at its beginning, under a grammar: kind 0 is Lark, 1 a JSON schema, 2 a regular expression. 0 for a failure.
///
/// # Safety
/// `of` is a vocabulary of this instance, the address is of memory from `reserve`.
#[no_mangle]
pub unsafe extern "C" fn begin(of: *const Vocabulary, kind: u32, grammar: *const u8, length: usize) -> *mut Answer {
    let begun = text(grammar, length).and_then(|grammar| Answer::begin(&*of, kind, grammar));
    match begun {
        Ok(answer) => Box::into_raw(Box::new(answer)),
        Err(reason) => fail(reason, std::ptr::null_mut()),
    }
}

/// The same answer a second time: what was compiled is shared.
///
/// # Safety
/// `answer` is one of this instance, not yet given back.
#[no_mangle]
pub unsafe extern "C" fn copy(answer: *const Answer) -> *mut Answer {
    Box::into_raw(Box::new((*answer).clone()))
}

/// # Safety
/// `answer` is one of this instance, not yet given back.
#[no_mangle]
pub unsafe extern "C" fn free_answer(answer: *mut Answer) {
    drop(Box::from_raw(answer));
}

/// Computes what may come next; its words, one bit a token, are at `mask_at`. How many may come, or -1 for a failure.
///
/// # Safety
/// `answer` is one of this instance, not yet given back.
#[no_mangle]
pub unsafe extern "C" fn mask(answer: *mut Answer) -> i32 {
    match (*answer).mask() {
        Ok(count) => count as i32,
        Err(reason) => fail(reason, -1),
    }
}

/// # Safety
/// `answer` is one of this instance, not yet given back.
#[no_mangle]
pub unsafe extern "C" fn mask_at(answer: *const Answer) -> *const u32 {
    (*answer).words().as_ptr()
}

/// Takes a token: 1, or 0 where it may not come and nothing changed, -1 for a failure.
///
/// # Safety
/// `answer` is one of this instance, not yet given back.
#[no_mangle]
pub unsafe extern "C" fn accept(answer: *mut Answer, token: u32) -> i32 {
    match (*answer).accept(token) {
        Ok(taken) => taken as i32,
        Err(reason) => fail(reason, -1),
    }
}

/// Whether nothing but an end can follow: 1 or 0.
///
/// # Safety
/// `answer` is one of this instance, not yet given back.
#[no_mangle]
pub unsafe extern "C" fn ended(answer: *const Answer) -> i32 {
    (*answer).ended() as i32
}

/// Computes the bytes that must come next, at `forced_at`: how many.
///
/// # Safety
/// `answer` is one of this instance, not yet given back.
#[no_mangle]
pub unsafe extern "C" fn forced(answer: *mut Answer) -> usize {
    (*answer).forced().len()
}

/// # Safety
/// `answer` is one of this instance, not yet given back.
#[no_mangle]
pub unsafe extern "C" fn forced_at(answer: *const Answer) -> *const u8 {
    (*answer).forced_bytes().as_ptr()
}

/// Takes the tokens that spell what is forced, up to where a longer token could begin that reaches into what is not:
/// how many, or -1 for a failure.
///
/// # Safety
/// `answer` is one of this instance, not yet given back; `tokens` is of memory from `reserve`.
#[no_mangle]
pub unsafe extern "C" fn accept_forced(answer: *mut Answer, tokens: *const u32, count: usize) -> i32 {
    match (*answer).accept_forced(view(tokens, count)) {
        Ok(taken) => taken as i32,
        Err(reason) => fail(reason, -1),
    }
}
