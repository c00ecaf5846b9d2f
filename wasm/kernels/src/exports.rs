//! What the module exports: plain numbers and addresses of its memory.
use core::slice::{from_raw_parts, from_raw_parts_mut};

unsafe extern "C" {
    static __heap_base: u8;
}

/// The first address that is free for the caller, a multiple of 16.
#[unsafe(no_mangle)]
pub extern "C" fn free_from() -> usize {
    (&raw const __heap_base as usize).next_multiple_of(16)
}

/// The products of the query with each row, as 64-bit floats.
///
/// # Safety
/// All addresses are of the memory of this module, hold as much as is asked for, and do not overlap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dots_floats(matrix: *const f32, rows: usize, length: usize, query: *const f32, out: *mut f64) {
    let query = unsafe { from_raw_parts(query, length) };
    for row in 0..rows {
        let numbers = unsafe { from_raw_parts(matrix.add(row * length), length) };
        unsafe { *out.add(row) = crate::dot_floats(numbers, query) as f64 };
    }
}

/// The same over bytes, as whole numbers.
///
/// # Safety
/// As above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dots_bytes(matrix: *const i8, rows: usize, length: usize, query: *const i8, out: *mut i32) {
    let query = unsafe { from_raw_parts(query, length) };
    for row in 0..rows {
        let numbers = unsafe { from_raw_parts(matrix.add(row * length), length) };
        unsafe { *out.add(row) = crate::dot_bytes(numbers, query) };
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn scratch_words(left: usize, right: usize) -> usize {
    crate::scratch_words(left, right)
}

/// The edit distance of two texts of code points.
///
/// # Safety
/// As above; `scratch` holds `scratch_words` words of 64 bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn edit_distance(
    left: *const u32,
    left_length: usize,
    right: *const u32,
    right_length: usize,
    scratch: *mut u64,
) -> u32 {
    let words = crate::scratch_words(left_length, right_length);
    unsafe {
        crate::edit_distance(
            from_raw_parts(left, left_length),
            from_raw_parts(right, right_length),
            from_raw_parts_mut(scratch, words),
        )
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
