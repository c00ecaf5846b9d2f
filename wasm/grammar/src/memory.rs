//! Memory that the host writes to, and the reason of the last failure.

use std::alloc::{alloc, dealloc, Layout};
use std::cell::RefCell;

thread_local! {
    static FAILURE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps the reason and gives the value that says so.
pub(crate) fn fail<T>(reason: String, value: T) -> T {
    FAILURE.with(|kept| *kept.borrow_mut() = reason);
    value
}

/// Addresses are aligned for the largest thing that the host writes, 32-bit numbers, and more.
fn layout(length: usize) -> Layout {
    Layout::from_size_align(length.max(1), 8).expect("a length that memory can have")
}

#[no_mangle]
pub extern "C" fn reserve(length: usize) -> *mut u8 {
    // The layout has a size above 0.
    unsafe { alloc(layout(length)) }
}

/// # Safety
/// `at` comes from `reserve` with the same length.
#[no_mangle]
pub unsafe extern "C" fn release(at: *mut u8, length: usize) {
    dealloc(at, layout(length));
}

#[no_mangle]
pub extern "C" fn failure_at() -> *const u8 {
    FAILURE.with(|kept| kept.borrow().as_ptr())
}

#[no_mangle]
pub extern "C" fn failure_length() -> usize {
    FAILURE.with(|kept| kept.borrow().len())
}

pub(crate) unsafe fn view<'a, T>(at: *const T, length: usize) -> &'a [T] {
    if length == 0 {
        &[]
    } else {
        std::slice::from_raw_parts(at, length)
    }
}

pub(crate) unsafe fn text<'a>(at: *const u8, length: usize) -> Result<&'a str, String> {
    std::str::from_utf8(view(at, length)).map_err(|error| error.to_string())
}
